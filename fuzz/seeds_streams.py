#!/usr/bin/env python3
"""Writes the seeds of fuzz_tcp, fuzz_websocket, fuzz_hep, fuzz_link and fuzz_pcap."""
import os
import struct

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../corpus/fuzz")


def message(start="OPTIONS sip:b@h SIP/2.0", body=b"", extra=b"", length=True, eol=b"\r\n"):
    head = [start.encode(), b"Via: SIP/2.0/TCP h;branch=z9hG4bK1", b"Max-Forwards: 70",
            b"From: <sip:a@h>;tag=1", b"To: <sip:b@h>", b"Call-ID: 1", b"CSeq: 1 OPTIONS"]
    if extra:
        head.append(extra)
    if length:
        head.append(b"Content-Length: %d" % len(body))
    return eol.join(head) + eol + eol + body


PLAIN, ANSWER = message(), message("SIP/2.0 200 OK")
FRAGMENT = message("NOTIFY sip:b@h SIP/2.0", b"SIP/2.0 200 OK\r\nVia: SIP/2.0/TCP x\r\n\r\n",
                   b"Content-Type: message/sipfrag")


def seed(folder, name, data):
    os.makedirs(os.path.join(TOP, folder), exist_ok=True)
    with open(os.path.join(TOP, folder, name), "wb") as out:
        out.write(data)


def tcp(name, data, how=0, most=20):
    seed("tcp", name, bytes([7, 1, most, how]) + data)


tcp("one", PLAIN)
tcp("three", PLAIN + ANSWER + FRAGMENT)
tcp("keepalives", b"\r\n\r\n" + PLAIN + b"\r\n\r\n\r\n" + ANSWER + b"\r\n", 2)
tcp("no-length", message(length=False) + PLAIN, 1)
tcp("short-length", message(extra=b"l: 3") + PLAIN, 3)
tcp("long-length", message(extra=b"Content-Length: 99999999999999999999999") + PLAIN)
tcp("folded-length", PLAIN.replace(b"Content-Length: ", b"Content-Length:\r\n ") + PLAIN)
tcp("bare-lf", message(eol=b"\n", body=b"12345") + PLAIN, 3)
tcp("lost", PLAIN * 5 + FRAGMENT * 3 + ANSWER, 4)
tcp("lost-body", message(body=b"x" * 3000) + PLAIN, 4, 90)
tcp("lost-last", PLAIN * 2 + ANSWER, 4, 120)
tcp("older", PLAIN * 3 + ANSWER, 8, 5)
tcp("older-whole", PLAIN * 3 + ANSWER, 10, 180)
tcp("older-lost", PLAIN * 5 + FRAGMENT * 3 + ANSWER, 12)
tcp("garbage", b"\x80garbage" + PLAIN)
tcp("tls", b"\x16\x03\x01\x00\x10" + b"\0" * 16)
tcp("http", b"GET / HTTP/1.1\r\nHost: h\r\n\r\n" + PLAIN)

for number, how in enumerate((0, 1, 2, 3)):
    seed("websocket", "messages-%d" % number, bytes([3, 4, 5, how]) + b"\0".join([PLAIN, ANSWER, b"\r\n\r\n", b"x"]))
seed("websocket", "one-octet-fragments", bytes([3, 4, 0, 3]) + PLAIN)


def chunk(kind, value, vendor=0):
    return struct.pack(">HHH", vendor, kind, 6 + len(value)) + value


def hep(payload=PLAIN, kind=15, v6=False):
    ip = [chunk(5, bytes(15) + b"\1"), chunk(6, bytes(15) + b"\2")] if v6 else [
        chunk(3, b"\xc0\0\2\1"), chunk(4, b"\xc0\0\2\2")]
    body = b"".join([chunk(1, b"\x0a" if v6 else b"\2"), chunk(2, b"\x11")] + ip + [
        chunk(7, b"\x13\xc4"), chunk(8, b"\x13\xc4"), chunk(9, b"\x65\0\0\0"), chunk(10, b"\0\0\0\1"),
        chunk(11, b"\1"), chunk(12, b"\0\0\0\x63"), chunk(14, b"key", 1), chunk(kind, payload)])
    return b"HEP3" + struct.pack(">H", 6 + len(body)) + body


def tag(kind, value):
    value += b"\0" * (-len(value) % 4)
    return struct.pack(">HH", kind, len(value)) + value


def exported(payload=PLAIN, name=b"sip"):
    return (tag(12, name) + tag(20, b"\xc0\0\2\1") + tag(21, b"\xc0\0\2\2") + tag(24, b"\0\0\0\2") +
            tag(25, b"\0\0\x13\xc4") + tag(26, b"\0\0\x13\xc5") + tag(0, b"") + payload)


seed("hep", "ipv4", hep())
seed("hep", "ipv6", hep(v6=True))
seed("hep", "broken", hep(PLAIN.replace(b"CSeq: 1 OPTIONS", b"CSeq: 1 INVITE")))
seed("hep", "packed", hep(b"\x78\x9c", 16))
seed("hep", "exported", exported(PLAIN + ANSWER))


def udp(payload, port=5060):
    return struct.pack(">HHHH", 5060, port, 8 + len(payload), 0) + payload


def ipv4(payload, protocol=17):
    return struct.pack(">BBHHHBBHII", 0x45, 0, 20 + len(payload), 7, 0, 64, protocol, 0,
                       0xc0000201, 0xc0000202) + payload


def ethernet(payload, kind=0x0800):
    return b"\2\0\0\0\0\1\2\0\0\0\0\2" + struct.pack(">H", kind) + payload


INNER = ipv4(udp(PLAIN))
FRAME = ethernet(INNER)
LINKS = {
    "mpls": (1, ethernet(b"\0\1\0\x40\0\1\1\x40" + INNER, 0x8847)),
    "mpls-pseudowire": (1, ethernet(b"\0\1\1\x40\0\0\0\0" + FRAME, 0x8847)),
    "pppoe": (1, ethernet(b"\x11\0\0\1" + struct.pack(">H", 2 + len(INNER)) + b"\0\x21" + INNER, 0x8864)),
    "ipip": (228, ipv4(INNER, 4)),
    "gre": (228, ipv4(b"\0\0\x08\0" + INNER, 47)),
    "gre-all": (228, ipv4(b"\xb0\0\x65\x58" + b"\0" * 12 + FRAME, 47)),
    "gre-ppp": (228, ipv4(b"\x30\x81\x88\x0b\0\0\0\0\0\0\0\0\0\0\0\0\xff\3\0\x21" + INNER, 47)),
    "erspan-2": (228, ipv4(b"\x10\0\x88\xbe\0\0\0\0" + b"\0" * 8 + FRAME, 47)),
    "erspan-3": (228, ipv4(b"\x10\0\x22\xeb\0\0\0\0" + b"\0" * 11 + b"\1" + b"\0" * 8 + FRAME, 47)),
    "vxlan": (228, ipv4(udp(b"\x08\0\0\0\0\0\7\0" + FRAME, 4789))),
    "gtp-u": (228, ipv4(udp(b"\x34\xff\0\0\0\0\0\1\0\0\0\x85\1\0\0\0" + INNER, 2152))),
    "radiotap": (127, b"\0\0\x08\0\0\0\0\0\x88\1\0\0" + b"\0" * 22 + b"\xaa\xaa\3\0\0\0\x08\0" + INNER),
    "wifi": (105, b"\x08\3\0\0" + b"\0" * 26 + b"\xaa\xaa\3\0\0\0\x08\0" + INNER),
    "ppp": (9, b"\xff\3\0\x21" + INNER),
    "cisco-hdlc": (104, b"\x0f\0\x08\0" + INNER),
    "prism": (119, b"\0" * 144 + b"\x08\1\0\0" + b"\0" * 20 + b"\xaa\xaa\3\0\0\0\x08\0" + INNER),
}
for name, (link, frame) in LINKS.items():
    seed("link", name, struct.pack(">H", link) + frame)


def pcap(link, *frames):
    out = struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, link)
    for number, frame in enumerate(frames):
        out += struct.pack("<IIII", 1700000000, number * 1000, len(frame), len(frame)) + frame
    return out


def block(kind, body):
    body += b"\0" * (-len(body) % 4)
    return struct.pack("<II", kind, 12 + len(body)) + body + struct.pack("<I", 12 + len(body))


def segment(seq, payload, flags=16):
    return ipv4(struct.pack(">HHIIBBHHH", 40000, 5060, seq, 0, 0x50, flags, 0, 0, 0) + payload, 6)


seed("pcap", "udp", pcap(1, FRAME))
seed("pcap", "tcp", pcap(228, segment(9, b"", 2), segment(10, PLAIN[:50]), segment(60, PLAIN[50:]),
                         segment(10 + len(PLAIN), b"", 17)))
seed("pcap", "hep", pcap(228, ipv4(udp(hep(), 9060))))
seed("pcap", "exported", pcap(252, exported()))
seed("pcap", "sctp", pcap(228, ipv4(struct.pack(">HHII", 5060, 5060, 1, 0) + struct.pack(
    ">BBHIHHI", 0, 3, 16 + len(PLAIN), 1, 0, 0, 0) + PLAIN, 132)))
seed("pcap", "cut", pcap(1, FRAME)[:-9])
seed("pcap", "pcapng", block(0x0a0d0d0a, struct.pack("<IHHq", 0x1a2b3c4d, 1, 0, -1)) +
     block(1, struct.pack("<HHI", 1, 0, 0)) +
     block(6, struct.pack("<IIIII", 0, 0, 1, len(FRAME), len(FRAME)) + FRAME))
seed("pcap", "scenario", b"== case\n@ 0.0 udp 192.0.2.1:5060 > 192.0.2.2:5060\n" +
     PLAIN.replace(b"\r\n", b"\n"))
