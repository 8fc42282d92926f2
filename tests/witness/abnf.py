"""ABNF as RFC 5234 (and RFC 2234 before it) defines it: finding rules in the text of an RFC, parsing
them, and putting the rules of several RFCs together.

A grammar is made of tuples:

    ("set", bits)            one octet, a bit for each that may stand
    ("cat", (node, ...))     one behind the other
    ("alt", (node, ...))     any of them, order means nothing
    ("rep", min, max, node)  max None: no end
    ("ref", name)            a rule, lower case
    ("except", node, words)  what the node takes but these words (no case); prose of differences.tsv
    ("without", node, bits)  what the node takes without these octets; the same
"""

import re

CORE = """
ALPHA = %x41-5A / %x61-7A
BIT = "0" / "1"
CHAR = %x01-7F
CR = %x0D
CRLF = CR LF
CTL = %x00-1F / %x7F
DIGIT = %x30-39
DQUOTE = %x22
HEXDIG = DIGIT / "A" / "B" / "C" / "D" / "E" / "F"
HTAB = %x09
LF = %x0A
LWSP = *(WSP / CRLF WSP)
OCTET = %x00-FF
SP = %x20
VCHAR = %x21-7E
WSP = SP / HTAB
"""

RULE = re.compile(r"^( *)([A-Za-z][A-Za-z0-9-]*) *(=/?)(?:\s+(.*)|\s*)$")
FOOTER = re.compile(r"^\S.*\[Page \d+\]\s*$")
HEADER = re.compile(r"^RFC \d+ .* \d{4}\s*$")


class Error(Exception):
    pass


def without_pages(text):
    """The lines of an RFC without what the pages add: form feeds, headers, footers, the space around."""
    lines = []
    for line in text.replace("\f", "").split("\n"):
        line = line.rstrip()
        if FOOTER.match(line) or HEADER.match(line):
            while lines and not lines[-1]:
                lines.pop()
            lines.append("")
        elif line or (lines and lines[-1]):
            lines.append(line)
    return lines


def section(lines, start, end):
    """The lines from the last heading `start` to the heading `end` behind it (patterns)."""
    first = [i for i, line in enumerate(lines) if re.match(start, line)][-1]
    for i in range(first + 1, len(lines)):
        if re.match(end, lines[i]):
            return lines[first:i]
    return lines[first:]


def without_comment(line):
    """A line of a rule up to its ';', which may also stand in a string or in prose."""
    closing = None
    for i, c in enumerate(line):
        if closing:
            closing = None if c == closing else closing
        elif c in '"<':
            closing = '"' if c == '"' else ">"
        elif c == ";":
            return line[:i]
    return line


def is_open(text):
    """The rule cannot end here."""
    text = re.sub(r'"[^"]*"', '""', text)
    return (
        text.count("(") > text.count(")")
        or text.count("[") > text.count("]")
        or text.rstrip().endswith("/")
        or not text.strip()
    )


def find_rules(lines):
    """{name: [text, ...]} of all that looks like a rule. Continuations are indented deeper."""
    rules = {}
    current = None  # [name, indent, text, a blank line was seen]
    for line in lines + [""]:
        head = RULE.match(line)
        if head:
            current = None
        if head and head.group(3) == "=/":
            name = head.group(2).lower()
            rules.setdefault(name, []).append("")
            current = [name, len(head.group(1)), "/ " + without_comment(head.group(4) or ""), False]
            rules[name][-1] = current[2]
        elif head:
            name = head.group(2).lower()
            current = [name, len(head.group(1)), without_comment(head.group(4) or ""), False]
            rules.setdefault(name, []).append(current[2])
        elif current and not line.strip():
            current[3] = True
        elif current:
            text = line.strip()
            deeper = len(line) - len(line.lstrip()) > current[1]
            goes_on = text.startswith("/") or is_open(current[2]) or text.startswith(";")
            if deeper and (goes_on or not current[3]):
                current[2] += " " + without_comment(text)
                rules[current[0]][-1] = current[2]
                current[3] = False
            else:
                current = None
    return rules


TOKEN = re.compile(
    r"""\s*(?:
        (?P<string>"[^"]*")
      | (?P<num>%[xXdDbB][0-9A-Fa-f]+(?:-[0-9A-Fa-f]+|(?:\.[0-9A-Fa-f]+)+)?)
      | (?P<case>%[sSiI]"[^"]*")
      | (?P<repeat>\d*\*\d*|\d+)
      | (?P<name>[A-Za-z][A-Za-z0-9-]*)
      | (?P<prose><[^>]*>)
      | (?P<mark>[()\[\]/])
    )""",
    re.X,
)


def bit(octet):
    return 1 << octet


def letter(c):
    """One octet of a string, which has no case."""
    return ("set", bit(ord(c.lower())) | bit(ord(c.upper())))


def string(text):
    nodes = tuple(letter(c) for c in text)
    return nodes[0] if len(nodes) == 1 else ("cat", nodes)


def number(text):
    base = {"x": 16, "d": 10, "b": 2}[text[1].lower()]
    digits = text[2:]
    if "-" in digits:
        low, high = (int(n, base) for n in digits.split("-"))
        return ("set", sum(bit(i) for i in range(low, high + 1)))
    octets = [int(n, base) for n in digits.split(".")]
    nodes = tuple(("set", bit(o)) for o in octets)
    return nodes[0] if len(nodes) == 1 else ("cat", nodes)


def prose(text):
    """The two phrases that differences.tsv may use where ABNF has no words."""
    found = re.match(r"<(\S+) except ((?:'[^']+' ?)+)>$", text)
    if found:
        words = tuple(sorted(w.lower() for w in re.findall(r"'([^']+)'", found.group(2))))
        return ("except", ("ref", found.group(1).lower()), words)
    found = re.match(r"<(\S+) without (\S+)>$", text)
    if found:
        return ("without", ("ref", found.group(1).lower()), sum(bit(ord(c)) for c in found.group(2)))
    raise Error("prose: " + text)


class Parser:
    """One rule's text, by recursive descent. Strings are matched before anything else."""

    def __init__(self, text):
        self.tokens = []
        at = 0
        text = text.rstrip()
        while at < len(text):
            found = TOKEN.match(text, at)
            if not found:
                raise Error("no ABNF: " + text[at:])
            self.tokens.append((found.lastgroup, found.group(found.lastgroup)))
            at = found.end()
        self.at = 0

    def peek(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else (None, None)

    def take(self):
        self.at += 1
        return self.tokens[self.at - 1]

    def rule(self):
        node = self.alternation()
        if self.at != len(self.tokens):
            raise Error("no ABNF: " + repr(self.tokens[self.at :]))
        return node

    def alternation(self):
        nodes = [self.concatenation()]
        while self.peek() == ("mark", "/"):
            self.take()
            nodes.append(self.concatenation())
        return nodes[0] if len(nodes) == 1 else ("alt", tuple(nodes))

    def concatenation(self):
        nodes = []
        while self.peek()[0] and self.peek() not in (("mark", "/"), ("mark", ")"), ("mark", "]")):
            nodes.append(self.repetition())
        if not nodes:
            raise Error("empty concatenation")
        return nodes[0] if len(nodes) == 1 else ("cat", tuple(nodes))

    def repetition(self):
        if self.peek()[0] != "repeat":
            return self.element()
        low, star, high = self.take()[1].partition("*")
        if not star:
            return ("rep", int(low), int(low), self.element())
        return ("rep", int(low or 0), int(high) if high else None, self.element())

    def closing(self, mark):
        if self.peek() != ("mark", mark):
            raise Error("missing " + mark)
        self.take()

    def element(self):
        kind, text = self.peek()
        if kind is None or kind == "repeat":
            raise Error("missing element")
        self.take()
        if kind == "string":
            return string(text[1:-1]) if len(text) > 2 else ("cat", ())
        if kind == "case":
            exact = text[1] in "sS"
            inside = text[3:-1]
            return ("cat", tuple(("set", bit(ord(c))) for c in inside)) if exact else string(inside)
        if kind == "num":
            return number(text)
        if kind == "name":
            return ("ref", text.lower())
        if kind == "prose":
            return prose(text)
        if text == "(":
            node = self.alternation()
            self.closing(")")
            return node
        if text == "[":
            node = self.alternation()
            self.closing("]")
            return ("rep", 0, 1, node)
        raise Error("unexpected " + text)


def parse(text):
    return Parser(text).rule()


def parse_rules(found):
    """{name: node}: of the texts of one name the first that is ABNF; its "=/" alternatives join it."""
    rules = {}
    for name, texts in found.items():
        for text in texts:
            more = text.startswith("/ ")
            try:
                node = parse(text[2:] if more else text)
            except Error:
                continue
            if name not in rules:
                rules[name] = node
            elif more:
                rules[name] = ("alt", (rules[name], node))
    return rules


def core_rules():
    lines = CORE.strip().split("\n")
    return {n.strip().lower(): parse(t) for n, t in (line.split(" = ") for line in lines)}
