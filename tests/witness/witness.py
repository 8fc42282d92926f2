#!/usr/bin/env python3
"""Writes the grammar file that the driver reads: productions of the RFCs as trees, once as printed and
once as reviewed (differences.tsv), for every production that productions.tsv names.

    witness.py RFC_FOLDER > FILE

Lines of the file, fields parted by tabs; a node's number is its line among the nodes:

    node set BITS          256 bits, hexadecimal
    node cat N...          node alt N...         node rep MIN MAX N (MAX -1: no end)
    node sws N             as rep 0 1, but rarely there: white space that may be left out
    prod GROUP NAME JUDGE ARGUMENT AS_PRINTED REVIEWED [ROW=NODE ...]
                           ROW=NODE: reviewed, but for this one row
    row ID NAME SIDE PATTERN   a sentence row; NAME and PATTERN are anchored regular expressions
    word HEX               a string of the grammar
"""

import functools
import os
import sys

import abnf

HERE = os.path.dirname(os.path.abspath(__file__))
BASE = "rfc3261"
# Where an RFC holds its rules, when it is not all over it.
SECTIONS = {"rfc3261": (r"25\.1 Basic Rules", r"26 Security")}


def table(name):
    with open(os.path.join(HERE, name), encoding="ascii") as file:
        for line in file:
            line = line.rstrip("\n")
            if line and not line.startswith("#"):
                yield line.split("\t")


class Grammar:
    """The rules of all RFCs with the rows that change them. A rule is a pair (RFC, name)."""

    def __init__(self, folder):
        self.folder = folder
        self.core = abnf.core_rules()
        self.changes = {}  # (RFC, name) -> [(row id, tree or None for a rule of another RFC, its RFC)]
        self.wraps = {}  # judge -> [(row id, tree)]
        self.rows = []  # sentence rows
        for row, kind, where, text, side, _reason in table("differences.tsv"):
            if kind == "sentence":
                self.rows.append((row, where, side, text))
            elif kind == "wrap":
                self.wraps.setdefault(where, []).append((row, abnf.parse(text)))
            else:
                rfc, name = where.split(":") if ":" in where else (BASE, where)
                tree = ("ref", name.lower()) if text.startswith("@") else abnf.parse(text)
                home = text[1:] if text.startswith("@") else rfc
                key = (rfc, name.lower())
                self.changes.setdefault(key, []).append((row, kind, tree, home))

    @functools.lru_cache(None)
    def rules(self, rfc):
        with open(os.path.join(self.folder, rfc + ".txt"), encoding="latin-1") as file:
            lines = abnf.without_pages(file.read())
        if rfc in SECTIONS:
            lines = abnf.section(lines, *SECTIONS[rfc])
        return abnf.parse_rules(abnf.find_rules(lines))

    def lookup(self, rfc, name, rows):
        """The tree of a rule, the RFC in which its names are looked up, the row that changed it."""
        for home in dict.fromkeys((rfc, BASE)):
            changes = self.changes.get((home, name), [])
            for row, kind, tree, where in sorted(changes, key=lambda change: change[1] == "repair"):
                if kind == "repair" or row in rows:
                    if tree == ("ref", name) and where != home:
                        return self.lookup(where, name, rows)
                    return tree, where
            if name in self.rules(home):
                return self.rules(home)[name], home
        if name in self.core:
            return self.core[name], BASE
        raise abnf.Error("%s has no rule %s" % (rfc, name))

    @functools.lru_cache(None)
    def reach(self, rfc, name, rows):
        """The rows of `rows` that the rule depends on."""
        seen, found, todo = set(), set(), [(rfc, name)]
        while todo:
            key = todo.pop()
            if key in seen:
                continue
            seen.add(key)
            for home in (key[0], BASE):
                for row, kind, _tree, _where in self.changes.get((home, key[1]), []):
                    if kind == "rule":
                        found.add(row)
            tree, where = self.lookup(*key, rows)
            todo += [(where, n) for n in references(tree)]
        return frozenset(found & rows)


def references(tree):
    if tree[0] == "ref":
        return [tree[1]]
    if tree[0] in ("cat", "alt"):
        return [n for node in tree[1] for n in references(node)]
    if tree[0] == "rep":
        return references(tree[3])
    if tree[0] in ("except", "without"):
        return references(tree[1])
    return []


EMPTY = ("cat", ())
NEVER = ("set", 0)


def is_never(tree):
    return tree == NEVER


class Writer:
    """Numbers the nodes of trees; equal ones have one number."""

    def __init__(self, grammar):
        self.grammar = grammar
        self.lines = []  # of nodes
        self.numbers = {}  # line -> number
        self.refs = {}  # (RFC, name, rows) -> number

    def node(self, text):
        if text not in self.numbers:
            self.numbers[text] = len(self.lines)
            self.lines.append(text)
        return self.numbers[text]

    def write(self, tree, rfc, rows):
        kind = tree[0]
        if kind == "set":
            return self.node("set\t%064x" % tree[1])
        if kind in ("cat", "alt"):
            numbers = [str(self.write(node, rfc, rows)) for node in tree[1]]
            return self.node("\t".join([kind] + numbers))
        if kind == "rep":
            low, high, node = tree[1:]
            rare = (low, high) == (0, 1) and node in (("ref", "lws"), ("ref", "sws"))
            number = self.write(node, rfc, rows)
            if rare:
                return self.node("sws\t%d" % number)
            return self.node("rep\t%d\t%d\t%d" % (low, -1 if high is None else high, number))
        if kind == "ref":
            return self.reference(rfc, tree[1], rows)
        if kind == "except":
            return self.write(self.exclude(tree, rfc, rows), rfc, rows)
        return self.write(self.strip(tree[1], tree[2], rfc, rows), rfc, rows)

    def reference(self, rfc, name, rows):
        reached = self.grammar.reach(rfc, name, rows)
        tree, home = self.grammar.lookup(rfc, name, rows)
        key = (home, name, tree, reached)
        if key not in self.refs:
            # A rule may come back to itself: its number is known before its tree.
            self.refs[key] = len(self.lines)
            self.lines.append(None)
            number = self.refs[key]
            self.lines[number] = "cat\t%d" % self.write(tree, home, rows)
        return self.refs[key]

    def octets(self, tree, rfc, rows):
        """Of a choice: the octets that are a way on their own, and the ways that are longer."""
        if tree[0] == "set":
            return tree[1], ()
        if tree[0] == "ref":
            inner, home = self.grammar.lookup(rfc, tree[1], rows)
            if inner[0] in ("set", "ref", "alt"):
                return self.octets(inner, home, rows)
        if tree[0] == "alt":
            bits, longer = 0, ()
            for node in tree[1]:
                more = self.octets(node, rfc, rows)
                bits, longer = bits | more[0], longer + more[1]
            return bits, longer
        return 0, (tree,)

    def name_octets(self, tree, rfc, rows):
        """First and further octets of a rule such as token or scheme."""
        if tree[0] == "ref":
            inner, home = self.grammar.lookup(rfc, tree[1], rows)
            return self.name_octets(inner, home, rows)
        if tree[0] == "rep" and tree[1] == 1 and tree[2] is None:
            ways = self.octets(tree[3], rfc, rows)
            return ways, ways
        if tree[0] == "cat" and len(tree[1]) == 2 and tree[1][1][0] == "rep":
            rest = tree[1][1]
            if (rest[1], rest[2]) == (0, None):
                return self.octets(tree[1][0], rfc, rows), self.octets(rest[3], rfc, rows)
        raise abnf.Error("not a name: %r" % (tree,))

    def exclude(self, tree, rfc, rows):
        """What a name may be but these words: a path through their letters that leaves it somewhere."""
        first, rest = self.name_octets(tree[1], rfc, rows)
        all_rest = ("rep", 0, None, ("alt", (("set", rest[0]),) + rest[1]))

        def behind(words, here):
            bits, longer = here
            ways = [("cat", (way, all_rest)) for way in longer]
            taken = 0
            for c in sorted({w[0] for w in words if w}):
                step = abnf.letter(c)[1] & bits
                taken |= step
                inner = behind(tuple(w[1:] for w in words if w and w[0] == c), rest)
                if not any(w == c for w in words):
                    inner = ("alt", (EMPTY, inner))
                if step:
                    ways.append(("cat", (("set", step), inner)))
            if bits & ~taken:
                ways.append(("cat", (("set", bits & ~taken), all_rest)))
            return ("alt", tuple(ways))

        return behind(tree[2], first)

    def strip(self, tree, octets, rfc, rows):
        """The tree without these octets: sentences that hold one are gone."""
        if tree[0] == "set":
            return ("set", tree[1] & ~octets)
        if tree[0] == "ref":
            inner, home = self.grammar.lookup(rfc, tree[1], rows)
            return self.strip(inner, octets, home, rows)
        if tree[0] == "cat":
            nodes = tuple(self.strip(node, octets, rfc, rows) for node in tree[1])
            return NEVER if NEVER in nodes else ("cat", nodes)
        if tree[0] == "alt":
            nodes = [self.strip(node, octets, rfc, rows) for node in tree[1]]
            nodes = tuple(node for node in nodes if not is_never(node))
            return ("alt", nodes) if nodes else NEVER
        if tree[0] == "rep":
            inner = self.strip(tree[3], octets, rfc, rows)
            if is_never(inner):
                return EMPTY if tree[1] == 0 else NEVER
            return ("rep", tree[1], tree[2], inner)
        if tree[0] == "without":
            return self.strip(tree[1], octets | tree[2], rfc, rows)
        return self.strip(self.exclude(tree, rfc, rows), octets, rfc, rows)


def words_of(grammar, rfcs):
    """Strings of the grammars, for mutations."""
    words = set()

    def walk(tree):
        if tree[0] == "cat" and tree[1] and all(n[0] == "set" for n in tree[1]):
            octets = [n[1].bit_length() - 1 for n in tree[1]]
            words.add(bytes(octets))
        for node in tree[1] if tree[0] in ("cat", "alt") else tree[3:4] if tree[0] == "rep" else ():
            walk(node)

    for rfc in rfcs:
        for tree in grammar.rules(rfc).values():
            walk(tree)
    return sorted(words)


def main():
    grammar = Grammar(sys.argv[1])
    writer = Writer(grammar)
    every = frozenset(
        row for changes in grammar.changes.values() for row, kind, _t, _h in changes if kind == "rule"
    ) | frozenset(row for rows in grammar.wraps.values() for row, _t in rows)
    productions = list(table("productions.tsv"))
    out = []
    for group, name, rfc, text, judge, argument in productions:
        tree = abnf.parse(text)

        def root(rows):
            whole = tree
            for row, around in grammar.wraps.get(judge, []):
                if row in rows:
                    whole = substitute(around, whole)
            return writer.write(whole, rfc, rows)

        concerned = set()
        for ref in references(tree):
            concerned |= grammar.reach(rfc, ref, every)
        concerned |= {row for row, _t in grammar.wraps.get(judge, [])}
        fields = [group, name, judge, argument, str(root(frozenset())), str(root(every))]
        fields += ["%s=%d" % (row, root(every - {row})) for row in sorted(concerned)]
        out.append("prod\t" + "\t".join(fields))
    for line in writer.lines:
        print("node\t" + line)
    for line in out:
        print(line)
    for row in grammar.rows:
        print("row\t" + "\t".join(row))
    for word in words_of(grammar, sorted({rfc for _g, _n, rfc, _t, _j, _a in productions})):
        print("word\t" + word.hex())


def substitute(around, whole):
    """`around` with the production in place of the name "production"."""
    if around == ("ref", "production"):
        return whole
    if around[0] in ("cat", "alt"):
        return (around[0], tuple(substitute(node, whole) for node in around[1]))
    if around[0] == "rep":
        return around[:3] + (substitute(around[3], whole),)
    return around


if __name__ == "__main__":
    sys.setrecursionlimit(10000)
    main()
