// Trees of ABNF: from the file, to regular expressions, to sentences.
#include "grammar.h"

#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace
{

constexpr int nesting = 12;         // of a rule inside itself, in an expression
constexpr int sentence_nesting = 3; // and in a sentence
constexpr size_t long_sentence = 240;
constexpr int64_t expression_memory = int64_t(1) << 30;

std::vector<std::string> split(const std::string &line)
{
    std::vector<std::string> fields(1);

    for (char c : line)
        if (c == '\t')
            fields.emplace_back();
        else
            fields.back() += c;
    return fields;
}

std::string unhex(const std::string &text)
{
    std::string out;

    for (size_t i = 0; i + 1 < text.size(); i += 2)
        out += char(std::stoi(text.substr(i, 2), nullptr, 16));
    return out;
}

Node read_node(const std::vector<std::string> &f)
{
    Node node;

    if (f[1] == "set") {
        node.kind = Node::SET;
        for (size_t i = 0; i < 4; i++)
            node.bits[3 - i] = std::stoull(f[2].substr(16 * i, 16), nullptr, 16);
        return node;
    }
    size_t first = 2;
    if (f[1] == "alt") {
        node.kind = Node::ALT;
    } else if (f[1] == "rep") {
        node.kind = Node::REP;
        node.min = std::stoi(f[2]);
        node.max = std::stoi(f[3]);
        first = 4;
    } else if (f[1] == "sws") {
        node.kind = Node::SWS;
    }
    for (size_t i = first; i < f.size(); i++)
        node.parts.push_back(std::stoi(f[i]));
    return node;
}

Production read_production(const std::vector<std::string> &f)
{
    Production p;

    p.group = f[1];
    p.name = f[2];
    p.judge = f[3] == "line" ? OURS_LINE : f[3] == "crlf" ? OURS_CRLF : OURS_PIECE;
    p.argument = ours_argument(p.judge, f[4].c_str());
    if (p.argument < 0)
        throw std::runtime_error("sipsan knows no " + f[4]);
    p.printed = std::stoi(f[5]);
    p.reviewed = std::stoi(f[6]);
    for (size_t i = 7; i < f.size(); i++) {
        size_t equal = f[i].find('=');
        p.without[f[i].substr(0, equal)] = std::stoi(f[i].substr(equal + 1));
    }
    return p;
}

std::unique_ptr<RE2> compile(const std::string &text)
{
    RE2::Options options(RE2::Latin1);

    options.set_max_mem(expression_memory);
    options.set_log_errors(false);
    options.set_never_capture(true);
    auto expression = std::make_unique<RE2>(text, options);
    if (!expression->ok())
        throw std::runtime_error("expression: " + expression->error());
    return expression;
}

Row read_row(const std::vector<std::string> &f)
{
    static const std::string no = "not ";
    bool negated = f[4].compare(0, no.size(), no) == 0;

    return Row{f[1], f[3] == "sipsan", negated, compile(f[2]),
               compile(negated ? f[4].substr(no.size()) : f[4])};
}

} // namespace

uint32_t Random::next()
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return uint32_t((state * 0x2545F4914F6CDD1Du) >> 32);
}

bool Language::takes(const std::string &text)
{
    if (!expression)
        expression = compile(grammar.expression(root));
    return RE2::FullMatch(text, *expression);
}

Grammar::Grammar(const std::string &file)
{
    std::ifstream in(file);
    std::string line;

    if (!in)
        throw std::runtime_error("cannot read " + file);
    while (std::getline(in, line)) {
        std::vector<std::string> f = split(line);
        if (f[0] == "node")
            nodes.push_back(read_node(f));
        else if (f[0] == "prod")
            productions.push_back(read_production(f));
        else if (f[0] == "row")
            rows.push_back(read_row(f));
        else if (f[0] == "word")
            words.push_back(unhex(f[1]));
    }
    measure();
}

// Shortest sentences, by relaxation; and which nodes can hold themselves.
void Grammar::measure()
{
    for (bool changed = true; changed;) {
        changed = false;
        for (Node &node : nodes) {
            size_t n = SIZE_MAX;

            if (node.kind == Node::SET) {
                n = node.bits == std::array<uint64_t, 4>{} ? SIZE_MAX : 1;
            } else if (node.kind == Node::ALT) {
                for (int part : node.parts)
                    n = std::min(n, nodes[size_t(part)].shortest);
            } else if (node.kind == Node::SWS || (node.kind == Node::REP && node.min == 0)) {
                n = 0;
            } else {
                n = 0;
                for (int part : node.parts) {
                    size_t m = nodes[size_t(part)].shortest;
                    n = m == SIZE_MAX || n == SIZE_MAX ? SIZE_MAX : n + m;
                }
                if (node.kind == Node::REP && n != SIZE_MAX)
                    n *= size_t(node.min);
            }
            if (n < node.shortest) {
                node.shortest = n;
                changed = true;
            }
        }
    }
    // A node that does not end when everything under it is taken away layer by layer.
    std::vector<bool> ends(nodes.size());
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t i = 0; i < nodes.size(); i++) {
            bool all = true;
            for (int part : nodes[i].parts)
                all = all && ends[size_t(part)];
            if (all && !ends[i])
                ends[i] = changed = true;
        }
    }
    for (size_t i = 0; i < nodes.size(); i++)
        nodes[i].recursive = !ends[i];
}

// The octets of a node that takes exactly one.
bool Grammar::octets(int n, std::array<uint64_t, 4> &bits) const
{
    const Node &node = nodes[size_t(n)];

    if (node.recursive)
        return false;
    if (node.kind == Node::SET) {
        for (size_t i = 0; i < 4; i++)
            bits[i] |= node.bits[i];
        return true;
    }
    if (node.kind != Node::ALT && !(node.kind == Node::CAT && node.parts.size() == 1))
        return false;
    for (int part : node.parts)
        if (!octets(part, bits))
            return false;
    return true;
}

static void write_octets(const std::array<uint64_t, 4> &bits, std::string &out)
{
    Node set;
    char text[16];

    set.bits = bits;
    out += '[';
    for (unsigned c = 0; c < 256; c++) {
        unsigned end = c;
        if (!set.has(c))
            continue;
        while (end < 255 && set.has(end + 1))
            end++;
        snprintf(text, sizeof(text), c == end ? "\\x%02x" : "\\x%02x-\\x%02x", c, end);
        out += text;
        c = end;
    }
    out += ']';
}

// False when the node takes nothing at all.
bool Grammar::write(int n, std::string &out, std::vector<int> &open) const
{
    const Node &node = nodes[size_t(n)];
    std::array<uint64_t, 4> bits{};
    size_t start = out.size();
    bool some = false;

    if (octets(n, bits)) {
        if (bits == std::array<uint64_t, 4>{})
            return false;
        write_octets(bits, out);
        return true;
    }
    if (node.recursive && open[size_t(n)] == nesting)
        return false;
    open[size_t(n)]++;
    switch (node.kind) {
    case Node::CAT:
        some = true;
        for (int part : node.parts)
            some = some && write(part, out, open);
        break;
    case Node::ALT:
        out += "(?:";
        for (int part : node.parts) {
            std::string way;
            if (!write(part, way, open))
                continue;
            if (some)
                out += '|';
            out += way;
            some = true;
        }
        out += ')';
        break;
    case Node::REP:
    case Node::SWS:
        out += "(?:";
        some = write(node.parts[0], out, open);
        out += ')';
        if (!some && (node.kind == Node::SWS || node.min == 0)) {
            out.resize(start);
            out += "(?:)";
            some = true;
        } else if (node.kind == Node::SWS) {
            out += '?';
        } else if (node.max < 0) {
            out += node.min == 0   ? "*"
                   : node.min == 1 ? "+"
                                   : "{" + std::to_string(node.min) + ",}";
        } else {
            out += "{" + std::to_string(node.min) + "," + std::to_string(node.max) + "}";
        }
        break;
    case Node::SET:
        break;
    }
    open[size_t(n)]--;
    if (!some)
        out.resize(start);
    return some;
}

std::string Grammar::expression(int root) const
{
    std::vector<int> open(nodes.size());
    std::string out;

    if (!write(root, out, open))
        throw std::runtime_error("a production takes nothing");
    return out;
}

static char any_octet(const Node &set, Random &random)
{
    unsigned c = random.below(256);

    // Letters and digits as often as all the others together.
    if (random.one_in(2))
        for (int i = 0; i < 8; i++) {
            static const char plain[] = "aAbBfFgGzZ0123456789";
            char p = plain[random.below(sizeof(plain) - 1)];
            if (set.has((unsigned char)p))
                return p;
        }
    while (!set.has(c))
        c = (c + 1) % 256;
    return char(c);
}

void Grammar::make(int n, std::string &out, Random &random, int depth) const
{
    const Node &node = nodes[size_t(n)];
    bool brief = out.size() > long_sentence;
    bool closed = node.recursive && depth > sentence_nesting * 8;

    switch (node.kind) {
    case Node::SET:
        out += any_octet(node, random);
        return;
    case Node::CAT:
        for (int part : node.parts)
            make(part, out, random, depth + node.recursive);
        return;
    case Node::ALT: {
        int part = node.parts[random.below(uint32_t(node.parts.size()))];
        for (int other : node.parts)
            if (nodes[size_t(part)].shortest == SIZE_MAX ||
                ((brief || closed) && nodes[size_t(other)].shortest < nodes[size_t(part)].shortest))
                part = other;
        if (closed && nodes[size_t(part)].recursive)
            for (int other : node.parts)
                if (!nodes[size_t(other)].recursive)
                    part = other;
        make(part, out, random, depth + node.recursive);
        return;
    }
    case Node::SWS:
        if (!brief && random.one_in(10))
            make(node.parts[0], out, random, depth);
        return;
    case Node::REP: {
        int count = node.min;
        if (nodes[size_t(node.parts[0])].shortest == SIZE_MAX || brief) {
            ;
        } else if (node.max >= 0) {
            count += int(random.below(uint32_t(node.max - node.min + 1)));
        } else {
            while (!random.one_in(3) && count < node.min + 12)
                count++;
        }
        for (int i = 0; i < count; i++)
            make(node.parts[0], out, random, depth + node.recursive);
        return;
    }
    }
}

std::string Grammar::sentence(int root, Random &random) const
{
    std::string out;

    make(root, out, random, 0);
    return out;
}
