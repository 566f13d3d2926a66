"""A virtual meter: a device made of a description, behind a port."""

from __future__ import annotations

from fieldpro.c12.link import C12_18, C12_21, LinkSettings
from fieldpro.simulator.clock import Now, running_clock
from fieldpro.simulator.describe import MeterDescription
from fieldpro.simulator.device import Device
from fieldpro.simulator.faults import FaultPlan
from fieldpro.simulator.port import Port


class VirtualMeter(Port):
    """One meter with its port. `clock` is real time (UTC seconds); it may start anywhere and run at any speed."""

    def __init__(
        self,
        description: MeterDescription,
        *,
        seed: int | None = None,
        clock: Now | None = None,
        faults: FaultPlan | None = None,
    ) -> None:
        self.description = description if seed is None else description.model_copy(update={"seed": seed})
        clock = clock or running_clock()
        self.device = Device(self.description, clock)
        link = self.description.link
        super().__init__(
            self.device,
            settings=LinkSettings(identity=link.identity, packet_count=link.reply_packets, name=description.name),
            timing=C12_21 if link.standard == "C12.21" else C12_18,
            turn_round_s=link.turn_round_s,
            faults=faults,
            seed=self.description.seed,
            clock=clock,
        )
        self.device.procedures.finish_s = self._faults.plan.procedure
        self._spoil_switch(self._faults.plan)

    def press_button(self) -> None:
        """The customer presses the button at the meter that closes an armed service switch."""
        self.device.catch_up()
        if self.device.body.switch is not None:
            self.device.body.switch.press_button(self.clock())

    def _spoil_switch(self, plan: FaultPlan) -> None:
        switch = self.device.body.switch
        if switch is None:
            return
        switch.stuck, switch.backfeed_volts = plan.stuck, float(plan.backfeed)
        if plan.actuator is not None:
            switch.actuator_s = plan.actuator
