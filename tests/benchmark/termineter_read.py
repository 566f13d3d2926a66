"""One table read by termineter's own driver, in termineter's own environment (it shares nothing with FieldPro).

    python termineter_read.py DEVICE TABLE SIZE PACKET_SIZE PACKET_COUNT

Prints JSON: the seconds from the opening of the device to the table's last byte and the end of the session, and the
SHA-256 of the bytes. The driver always stays at 9600 baud. A table longer than one message is read by offset.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time

from c1218.connection import Connection

LARGEST_COUNT = 0xFFFF
PACKET_OVERHEAD = 8
REPLY_OVERHEAD = 4


def main(device: str, table: int, size: int, packet_size: int, packet_count: int) -> None:
    off = dict.fromkeys(("xonxoff", "rtscts", "dsrdtr"), False)
    unset = dict.fromkeys(("interCharTimeout", "writeTimeout"))
    line = {"baudrate": 9600, "bytesize": 8, "parity": "N", "stopbits": 1, "timeout": 5, **off, **unset}
    begun = time.perf_counter()
    meter = Connection(device, c1218_settings={"pktsize": packet_size, "nbrpkts": packet_count}, serial_settings=line)
    meter.start()
    meter.login("0000", 0)
    largest = min(LARGEST_COUNT, (packet_size - PACKET_OVERHEAD) * packet_count - REPLY_OVERHEAD)
    if size <= largest:
        data = meter.get_table_data(table)
    else:
        pieces = range(0, size, largest)
        data = b"".join(meter.get_table_data(table, min(largest, size - offset), offset) for offset in pieces)
    meter.close()
    taken_s = time.perf_counter() - begun
    print(json.dumps({"seconds": taken_s, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
