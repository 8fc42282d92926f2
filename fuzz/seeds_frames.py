#!/usr/bin/env python3
"""Writes corpus/fuzz/frames, the seeds of fuzz_frames: a file for each way a frame can look."""
import os
import struct

MESSAGE = (b"OPTIONS sip:b@h SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n"
           b"Max-Forwards: 70\r\nFrom: <sip:a@h>;tag=1\r\nTo: <sip:b@h>\r\n"
           b"Call-ID: 1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n")
ETHERNET, NULL, LOOP, DLT_RAW, RAW, SLL, SLL2, IPV4, IPV6 = range(9)
FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../corpus/fuzz/frames")
CUT, LATER = 0x8000, 0x4000


def udp(payload):
    return struct.pack(">HHHH", 5060, 5060, 8 + len(payload), 0) + payload


def ipv4(payload, fragment=0, ttl=64):
    return struct.pack(">BBHHHBBHII", 0x45, 0, 20 + len(payload), 7, fragment, ttl, 17, 0,
                       0xc0000201, 0xc0000202) + payload


def ipv6(payload, following=17):
    return (struct.pack(">IHBB", 6 << 28, len(payload), following, 64) +
            bytes.fromhex("20010db8" + "0" * 23 + "1" + "20010db8" + "0" * 23 + "2") + payload)


def ethernet(payload, kind=0x0800, tags=b""):
    return b"\2\0\0\0\0\1\2\0\0\0\0\2" + tags + struct.pack(">H", kind) + payload


def seed(name, link, *records):
    with open(os.path.join(FOLDER, name), "wb") as out:
        out.write(bytes([link]))
        for record in records:
            flags, frame = record if isinstance(record, tuple) else (0, record)
            out.write(struct.pack(">H", flags | len(frame)) + frame)


whole = udp(MESSAGE)
plain = ethernet(ipv4(whole))
seed("ethernet-ipv4", ETHERNET, plain)
seed("ethernet-ipv6", ETHERNET, ethernet(ipv6(whole), 0x86dd))
seed("vlan", ETHERNET, ethernet(ipv4(whole), tags=b"\x88\xa8\0\5\x81\0\0\6"))
seed("copies", ETHERNET, plain, plain, ethernet(ipv4(whole, ttl=63)), (LATER, plain))
seed("snaplen", ETHERNET, (CUT, plain[:120]))
seed("keepalives", ETHERNET, *[ethernet(ipv4(udp(p))) for p in (b"", b"\r\n\r\n", b"\0" * 4, b"jaK")])
seed("fragments", ETHERNET, ethernet(ipv4(whole[:80], 0x2000)), ethernet(ipv4(whole[80:], 10)))
seed("fragments-overlap", ETHERNET, ethernet(ipv4(whole[:80], 0x2000)),
     ethernet(ipv4(b"x" * 80, 0x2005)), ethernet(ipv4(whole[80:], 10)))
seed("fragments-ipv6", ETHERNET,
     ethernet(ipv6(bytes.fromhex("1100000100000009") + whole[:80], 44), 0x86dd),
     ethernet(ipv6(bytes.fromhex("1100005000000009") + whole[80:], 44), 0x86dd))
seed("fragment-lost", ETHERNET, ethernet(ipv4(whole[:80], 0x2000)), (LATER, plain))
seed("extensions", IPV6, ipv6(bytes.fromhex("3c00010400000000" "1100010400000000") + whole, 0))
seed("null", NULL, b"\2\0\0\0" + ipv4(whole))
seed("loop", LOOP, b"\0\0\0\x1c" + ipv6(whole))
seed("raw", RAW, ipv4(whole), ipv6(whole))
seed("sll", SLL, b"\0\0\0\1\0\6\2\0\0\0\0\1\0\0\x08\0" + ipv4(whole))
seed("sll2", SLL2, b"\x08\0\0\0\0\0\0\2\0\1\0\6\2\0\0\0\0\1\0\0" + ipv4(whole))
