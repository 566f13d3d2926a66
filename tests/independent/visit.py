"""What termineter does with a meter. Run by the Python of `.venv-termineter`; it imports nothing of FieldPro.

    python visit.py tables DEVICE PASSWORD TABLE[:COUNT@OFFSET] ...     reads tables, prints them as hex
    python visit.py parse DEVICE PASSWORD                               lets termineter's own parsers read the meter
    python visit.py reset DEVICE PASSWORD                               runs a demand reset by procedure 9

Prints JSON. An empty PASSWORD logs on without one.
"""

import json
import sys

from c1218.connection import Connection
from c1218.data import C1218IdentRequest
from c1218.errors import C1218NegotiateError
from c1219.access.general import C1219GeneralAccess
from c1219.access.local_display import C1219LocalDisplayAccess
from c1219.access.log import C1219LogAccess
from c1219.access.security import C1219SecurityAccess

SERIAL = {
    "parity": "N",
    "baudrate": 9600,
    "bytesize": 8,
    "xonxoff": False,
    "interCharTimeout": None,
    "rtscts": False,
    "timeout": 5,
    "stopbits": 1,
    "dsrdtr": False,
    "writeTimeout": None,
}


def read_tables(meter, wanted):
    found = {}
    for text in wanted:
        number, _, part = text.partition(":")
        if part:
            count, _, offset = part.partition("@")
            data = meter.get_table_data(int(number), int(count), int(offset))
        else:
            data = meter.get_table_data(int(number))
        found[text] = bytes(data).hex()
    return found


def parse(meter):
    general = C1219GeneralAccess(meter)
    security = C1219SecurityAccess(meter)
    display = C1219LocalDisplayAccess(meter)
    log = C1219LogAccess(meter)
    return {
        "manufacturer": general.manufacturer,
        "model": general.ed_model,
        "serial": general.mfg_serial_no,
        "firmware": [general.fw_version_no, general.fw_revision_no],
        "device_id": general.device_id,
        "nameplate": general.nameplate_type,
        "mode": general.ed_mode,
        "tables": general.std_tbls_used,
        "passwords": [security.passwords[number]["password"].hex() for number in sorted(security.passwords)],
        "groups": [security.passwords[number]["groups"] for number in sorted(security.passwords)],
        "tables_with_rights": sorted(security.table_permissions),
        "procedures_with_rights": sorted(security.procedure_permissions),
        "display_lists": [list(each) for each in display.pri_disp_list],
        "display_items": list(display.pri_disp_sources),
        "history_entries": log.nbr_history_entries,
        "event_entries": log.nbr_event_entries,
        "history": [
            {
                "time": each["Time"],
                "event": each["Procedure Number"],
                "sequence": each["History Sequence Number"],
                "argument": each["Arguments"].hex(),
            }
            for each in log.logs
        ],
    }


def start(meter):
    """With a meter that does not negotiate, which its own `start` gives up, it goes on with packets of 64 bytes."""
    try:
        meter.start()
    except C1218NegotiateError:
        meter.send(C1218IdentRequest())
        if meter.recv()[0] != 0:
            raise SystemExit("identification refused") from None
        meter._initialized = True  # so that it terminates at the end


def main(task, device, password, *wanted):
    meter = Connection(device, c1218_settings={"pktsize": 256, "nbrpkts": 255}, serial_settings=SERIAL)
    start(meter)
    if not meter.login("TEST", 7, password or None):
        raise SystemExit("log on refused")
    if task == "tables":
        result = read_tables(meter, wanted)
    elif task == "parse":
        result = parse(meter)
    else:
        result = list(meter.run_procedure(9, False, b"\x01"))
        result = [item.hex() if isinstance(item, bytes) else item for item in result]
    meter.logoff()
    meter.close()
    print(json.dumps(result))


if __name__ == "__main__":
    main(*sys.argv[1:])
