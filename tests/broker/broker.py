#!/usr/bin/env python3
"""Carries the SIP of capture points to several workers through Redis, divided by Call-ID.

    broker.py publish SOCKET POINT SHARDS <capture.pcap      at each capture point
    broker.py worker SOCKET SHARD POINT... >capture.pcap     before each `sipsan check -`

A record of a pcap file (microseconds) whose octets hold a Call-ID goes to the list
sip:SHARD:POINT, the shard being a hash of the Call-ID; all other records are left out. So a datagram
must be whole: fragments and TCP are put together before this, by agents that send HEP, whose
packets go through here as they are. A worker merges the lists of its shard by time of capture: one
call may pass several points. No library is needed.
"""
import re
import socket
import struct
import sys
import zlib

CALL_ID = re.compile(rb'(?:^|\n)(?:call-id|i)[ \t]*:[ \t]*([^\r\n]*?)[ \t]*\r?\n', re.I)
MAGIC = 0xa1b2c3d4


class Redis:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.stream = self.socket.makefile('rwb')

    def send(self, *words):
        self.stream.write(b'*%d\r\n' % len(words))
        for word in words:
            self.stream.write(b'$%d\r\n%s\r\n' % (len(word), word))

    def receive(self):
        line = self.stream.readline()
        kind, rest = line[:1], line[1:-2]
        if kind == b'*':
            return None if rest == b'-1' else [self.receive() for _ in range(int(rest))]
        if kind == b'$':
            return None if rest == b'-1' else self.stream.read(int(rest) + 2)[:-2]
        if kind == b':':
            return int(rest)
        raise SystemExit('broker: Redis says ' + line.decode(errors='replace').strip())

    def call(self, *words):
        self.send(*words)
        self.stream.flush()
        return self.receive()


def records(stream):
    """(link type, record with its header) of a pcap file."""
    header = stream.read(24)
    if len(header) < 24:
        return
    order = '<' if struct.unpack('<I', header[:4])[0] == MAGIC else '>'
    if struct.unpack(order + 'I', header[:4])[0] != MAGIC:
        raise SystemExit('broker: no pcap file with microseconds')
    link = struct.unpack(order + 'I', header[20:24])[0]
    while True:
        head = stream.read(16)
        if len(head) < 16:
            return
        seconds, micros, kept, length = struct.unpack(order + '4I', head)
        yield link, struct.pack('<4I', seconds, micros, kept, length) + stream.read(kept)


def publish(path, point, shards):
    redis, waiting, sent = Redis(path), 0, 0
    for link, record in records(sys.stdin.buffer):
        found = CALL_ID.search(record)
        if not found:
            continue
        key = b'sip:%d:%s' % (zlib.crc32(found.group(1)) % shards, point)
        redis.send(b'RPUSH', key, struct.pack('<I', link) + record)
        sent += 1
        waiting += 1
        if waiting == 256: # answers are read by the bundle
            redis.stream.flush()
            while waiting > 0:
                redis.receive()
                waiting -= 1
    redis.stream.flush()
    while waiting > 0:
        redis.receive()
        waiting -= 1
    for shard in range(shards): # an empty record: this point has no more
        redis.call(b'RPUSH', b'sip:%d:%s' % (shard, point), b'')
    print('%d messages published by %s' % (sent, point.decode()), file=sys.stderr)


def worker(path, shard, points):
    redis, heads, out, begun = Redis(path), {}, sys.stdout.buffer, False
    for point in points:
        heads[point] = redis.call(b'BLPOP', b'sip:%d:%s' % (shard, point), b'0')[1]
    while True:
        heads = {point: record for point, record in heads.items() if record}
        if not heads:
            return
        point = min(heads, key=lambda p: struct.unpack('<2I', heads[p][4:12]))
        record = heads[point]
        if not begun:
            out.write(struct.pack('<IHHiIII', MAGIC, 2, 4, 0, 0, 262144, struct.unpack('<I', record[:4])[0]))
            begun = True
        out.write(record[4:])
        heads[point] = redis.call(b'BLPOP', b'sip:%d:%s' % (shard, point), b'0')[1]


def main(args):
    if len(args) == 4 and args[0] == 'publish':
        publish(args[1], args[2].encode(), int(args[3]))
    elif len(args) >= 4 and args[0] == 'worker':
        worker(args[1], int(args[2]), [point.encode() for point in args[3:]])
    else:
        raise SystemExit(__doc__)


main(sys.argv[1:])
