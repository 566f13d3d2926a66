"""Decade 0, general tables (ANSI C12.19 tables 0 to 6; 7 and 8 are `fieldpro.simulator.procedures`')."""

from __future__ import annotations

from collections.abc import Iterable

from fieldpro.simulator.tables.moment import Moment, Values

_STD_BYTES, _MFG_BYTES, _PROC_BYTES = 10, 1, 3  # sets for tables 0-79, 2048-2055 and procedures 0-23
_LONGEST_PARAMETERS, _LONGEST_RESPONSE = 22, 12  # procedures 18 and 10
_MFG_STATUS_BYTES = 1
_PROFILE_STOPPED, _CUT_OFF = 0, 1  # ED_MFG_STATUS: bit 0, the load profile does not record; bit 1, the switch is open
_MFG_PROC_BYTES = 1  # manufacturer procedures 0 to 7
_ELECTRICITY = 2
_ACCESS = {frozenset[str](): 0, frozenset({"offset"}): 1, frozenset({"index"}): 2, frozenset({"offset", "index"}): 3}
_MAKER = 2048


def general_configuration(
    moment: Moment, *, numbers: Iterable[int], writable: Iterable[int], procedures: Iterable[int]
) -> Values:
    """ST0: what there is, what may be written, what can be run."""
    description = moment.description
    form = description.format
    numbers, writable, procedures = sorted(numbers), sorted(writable), tuple(procedures)
    makers = tuple(sorted(number - _MAKER for number in procedures if number >= _MAKER))
    return {
        "FORMAT_CONTROL_1": {
            "DATA_ORDER": int(form.data_order == "msb-first"),
            "CHAR_FORMAT": form.characters,
            "MODEL_SELECT": 0,
        },
        "FORMAT_CONTROL_2": {
            "TM_FORMAT": form.time,
            "DATA_ACCESS_METHOD": _ACCESS[frozenset(form.access)],
            "ID_FORM": int(form.id_bcd),
            "INT_FORMAT": 0,
        },
        "FORMAT_CONTROL_3": {"NI_FORMAT1": form.ni_format1, "NI_FORMAT2": form.ni_format2},
        "DEVICE_CLASS": description.identity.device_class,
        "NAMEPLATE_TYPE": _ELECTRICITY,
        "DEFAULT_SET_USED": 0,
        "MAX_PROC_PARM_LENGTH": _LONGEST_PARAMETERS,
        "MAX_RESP_DATA_LEN": _LONGEST_RESPONSE,
        "STD_VERSION_NO": form.std_version,
        "STD_REVISION_NO": form.std_revision,
        "DIM_STD_TBLS_USED": _STD_BYTES,
        "DIM_MFG_TBLS_USED": _MFG_BYTES,
        "DIM_STD_PROC_USED": _PROC_BYTES,
        "DIM_MFG_PROC_USED": _MFG_PROC_BYTES if makers else 0,
        "DIM_MFG_STATUS_USED": _MFG_STATUS_BYTES,
        "NBR_PENDING": description.pending.entries,
        "STD_TBLS_USED": tuple(number for number in numbers if number < _MAKER),
        "MFG_TBLS_USED": tuple(number - _MAKER for number in numbers if number >= _MAKER),
        "STD_PROC_USED": tuple(sorted(number for number in procedures if number < _MAKER)),
        "MFG_PROC_USED": makers,
        "STD_TBLS_WRITE": tuple(number for number in writable if number < _MAKER),
        "MFG_TBLS_WRITE": tuple(number - _MAKER for number in writable if number >= _MAKER),
    }


def manufacturer_identification(moment: Moment) -> Values:
    """ST1."""
    identity = moment.description.identity
    return {
        "MANUFACTURER": identity.manufacturer,
        "ED_MODEL": identity.model,
        "HW_VERSION_NUMBER": identity.hardware[0],
        "HW_REVISION_NUMBER": identity.hardware[1],
        "FW_VERSION_NUMBER": identity.firmware[0],
        "FW_REVISION_NUMBER": identity.firmware[1],
        "MFG_SERIAL_NUMBER": identity.serial,
    }


def nameplate(moment: Moment) -> Values:
    """ST2."""
    plate = moment.description.nameplate
    return {
        "E_KH": f"{plate.kh_watt_hours:g}",
        "E_KT": f"{plate.kt_watt_hours:g}",
        "E_INPUT_SCALAR": 1,
        "E_ED_CONFIG": f"{moment.description.form}S",
        "E_ELEMENTS": {
            "E_FREQ": plate.frequency_code,
            "E_NO_OF_ELEMENTS": plate.elements,
            "E_BASE_TYPE": plate.base_type,
            "E_ACCURACY_CLASS": plate.accuracy_class,
        },
        "E_VOLTS": {"E_ELEMENTS_VOLTS": plate.volts_code, "E_ED_SUPPLY_VOLTS": plate.volts_code},
        "E_CLASS_MAX_AMPS": str(plate.class_amps),
        "E_TA": str(plate.test_amps),
    }


_MODES = ("METERING_FLAG", "TEST_MODE_FLAG", "METER_SHOP_MODE_FLAG", "FACTORY_FLAG")
_STATUS1 = (
    "UNPROGRAMMED_FLAG",
    "CONFIGURATION_ERROR_FLAG",
    "SELF_CHK_ERROR_FLAG",
    "RAM_FAILURE_FLAG",
    "ROM_FAILURE_FLAG",
    "NONVOL_MEM_FAILURE_FLAG",
    "CLOCK_ERROR_FLAG",
    "MEASUREMENT_ERROR_FLAG",
    "LOW_BATTERY_FLAG",
    "LOW_LOSS_POTENTIAL_FLAG",
    "DEMAND_OVERLOAD_FLAG",
    "POWER_FAILURE_FLAG",
    "TAMPER_DETECT_FLAG",
    "REVERSE_ROTATION_FLAG",
)


def mode_status(moment: Moment) -> Values:
    """ST3: the mode, and the flags that are set until procedure 7 clears them."""
    in_test = moment.body.in_test_mode(moment.now)
    raised = moment.body.raised_flags(moment.now)
    return {
        "ED_MODE": {name: name == ("TEST_MODE_FLAG" if in_test else "METERING_FLAG") for name in _MODES},
        "ED_STD_STATUS1": {name: name in raised for name in _STATUS1},
        "ED_STD_STATUS2": 0,
        "ED_MFG_STATUS": tuple(
            bit
            for bit, is_set in (
                (_PROFILE_STOPPED, moment.body.profile_stopped(moment.now)),
                (_CUT_OFF, moment.body.is_cut_off(moment.now)),
            )
            if is_set
        ),
    }


def pending_status(moment: Moment) -> Values:
    """ST4: the tables that wait, in the order they were written."""
    pending = moment.body.pending
    numbers = sorted(entry.table for entry in pending.entries)
    last = pending.last_activation
    listed = [{"HEADER": entry.values, "TABLE_SELECTOR": _selector(entry.table)} for entry in pending.entries]
    blank = {"HEADER": _NO_TRIGGER, "TABLE_SELECTOR": _selector(None)}
    return {
        "STD_PENDING": tuple(number for number in numbers if number < _MAKER),
        "MFG_PENDING": tuple(number - _MAKER for number in numbers if number >= _MAKER),
        "LAST_ACTIVATION_DATE_TIME": moment.no_time("STIME_DATE") if last is None else moment.short_time(last),
        "NBR_PENDING_TABLES": len(listed),
        "PENDING_TABLES": listed + [blank] * (pending.most - len(listed)),
    }


_NO_TRIGGER: Values = {
    "EVENT_SELECTOR": {"EVENT_CODE": 2, "SELF_READ_FLAG": False, "DEMAND_RESET_FLAG": False},
    "EVENT_STORAGE": bytes(5),
}


def _selector(table: int | None) -> Values:
    number = table or 0
    return {
        "TBL_PROC_NBR": number % _MAKER,
        "STD_VS_MFG_FLAG": number >= _MAKER,
        "PENDING_FLAG": table is not None,
    }


def identification(moment: Moment) -> Values:
    """ST5."""
    return {"IDENTIFICATION": moment.description.identity.identification}


def utility(moment: Moment) -> Values:
    """ST6."""
    told = moment.description.utility
    identity = moment.description.identity
    return {
        "OWNER_NAME": told.owner,
        "UTILITY_DIV": told.division,
        "SERVICE_POINT_ID": told.service_point,
        "ELEC_ADDR": told.electrical_address,
        "DEVICE_ID": told.device_id,
        "UTIL_SER_NO": told.utility_serial,
        "CUSTOMER_ID": told.customer,
        "COORDINATE_1": told.coordinates[0],
        "COORDINATE_2": told.coordinates[1],
        "COORDINATE_3": told.coordinates[2],
        "TARIFF_ID": told.tariff,
        "EX1_SW_VENDOR": identity.manufacturer,
        "EX1_SW_VERSION_NUMBER": 1,
        "EX1_SW_REVISION_NUMBER": 0,
        "EX2_SW_VENDOR": "",
        "EX2_SW_VERSION_NUMBER": 0,
        "EX2_SW_REVISION_NUMBER": 0,
        "PROGRAMMER_NAME": told.programmer,
        "MISC_ID": told.misc,
    }
