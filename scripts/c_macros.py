"""The #defines of C headers, as numbers: expressions, function macros, BIT() and the like."""

import re

DEFINE = re.compile(r"^\s*#\s*define\s+(\w+)(?:\(([^)]*)\))?[ \t]*(.*)$")
TOKEN = re.compile(r"\s*(?:(0[xX][0-9a-fA-F]+|\d+)[uUlL]*|(\w+)|(<<|>>|[<>=!]=|&&|\|\||.))")
LEVELS = [["||"], ["&&"], ["|"], ["^"], ["&"], ["==", "!="],
          ["<", ">", "<=", ">="], ["<<", ">>"], ["+", "-"], ["*", "/", "%"]]
OPERATE = {
    "||": lambda a, b: int(bool(a or b)), "&&": lambda a, b: int(bool(a and b)),
    "|": lambda a, b: a | b, "^": lambda a, b: a ^ b, "&": lambda a, b: a & b,
    "==": lambda a, b: int(a == b), "!=": lambda a, b: int(a != b),
    "<": lambda a, b: int(a < b), ">": lambda a, b: int(a > b),
    "<=": lambda a, b: int(a <= b), ">=": lambda a, b: int(a >= b),
    "<<": lambda a, b: a << b, ">>": lambda a, b: a >> b,
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b,
    "/": lambda a, b: a // b, "%": lambda a, b: a % b,
}
TYPES = {"u8", "u16", "u32", "u64", "s32", "int", "unsigned", "long"}
BUILTIN = {"BIT": (["n"], "(1 << (n))"), "BIT_ULL": (["n"], "(1 << (n))"),
           "I40E_MASK": (["m", "s"], "((m) << (s))"), "ICE_M": (["m", "s"], "((m) << (s))"),
           "MAKEMASK": (["m", "s"], "((m) << (s))"),
           "GENMASK": (["h", "l"], "(((2 << (h)) - 1) & ~((1 << (l)) - 1))")}


class NotANumber(Exception):
    """The macro is no integer expression."""


class Expression:
    """A C integer expression, evaluated as it is parsed."""

    def __init__(self, text, macros, bound, depth):
        self.tokens = [m.groups() for m in TOKEN.finditer(text.strip())]
        self.at, self.macros, self.bound, self.depth = 0, macros, bound, depth

    def peek(self):
        return self.tokens[self.at][2] if self.at < len(self.tokens) else None

    def take(self, operator):
        if self.peek() != operator:
            raise NotANumber
        self.at += 1

    def whole(self):
        value = self.conditional()
        if self.at != len(self.tokens):
            raise NotANumber
        return value

    def conditional(self):
        value = self.binary(0)
        if self.peek() != "?":
            return value
        self.at += 1
        yes = self.conditional()
        self.take(":")
        no = self.conditional()
        return yes if value else no

    def binary(self, level):
        if level == len(LEVELS):
            return self.unary()
        value = self.binary(level + 1)
        while self.peek() in LEVELS[level]:
            operator = self.peek()
            self.at += 1
            right = self.binary(level + 1)
            if operator in ("/", "%") and not right:
                raise NotANumber
            value = OPERATE[operator](value, right)
        return value

    def unary(self):
        operator = self.peek()
        if operator in ("~", "-", "!"):
            self.at += 1
            value = self.unary()
            return {"~": ~value & 0xFFFFFFFF, "-": -value, "!": int(not value)}[operator]
        return self.primary()

    def primary(self):
        if self.at >= len(self.tokens):
            raise NotANumber
        number, word, _ = self.tokens[self.at]
        if number is not None:
            self.at += 1
            return int(number, 0 if number[:2].lower() == "0x" else 10)
        if word is not None:
            self.at += 1
            return self.name(word)
        self.take("(")
        if self.at < len(self.tokens) and self.tokens[self.at][1] in TYPES:
            self.at += 1
            self.take(")")
            return self.unary()
        value = self.conditional()
        self.take(")")
        return value

    def name(self, word):
        if word in self.bound:
            return self.bound[word]
        arguments = []
        if self.peek() == "(":
            while self.peek() in ("(", ","):
                self.at += 1
                arguments.append(self.conditional())
            self.take(")")
        return self.macros.call(word, arguments, self.depth + 1)


class Macros:
    """The #defines of some headers, the first of a name."""

    def __init__(self, tree, paths):
        self.table = {}
        self.read = []
        for path in paths:
            if (tree / path).is_file():
                self.read.append(path)
                self.load((tree / path).read_text(errors="replace"))
        for name, definition in BUILTIN.items():
            self.table[name] = definition

    def load(self, text):
        text = re.sub(r"/\*.*?\*/|//[^\n]*", " ", text, flags=re.S)
        for line in re.sub(r"\\\r?\n", " ", text).splitlines():
            match = DEFINE.match(line)
            if match:
                name, parameters, body = match.groups()
                if parameters is not None:
                    parameters = [p.strip() for p in parameters.split(",")]
                self.table.setdefault(name, (parameters, body))

    def call(self, name, arguments=(), depth=0):
        if name not in self.table or depth > 30:
            raise NotANumber
        parameters, body = self.table[name]
        if len(parameters or []) != len(arguments):
            raise NotANumber
        bound = dict(zip(parameters or [], arguments))
        return Expression(body, self, bound, depth).whole()

    def value(self, name, arguments=()):
        try:
            return self.call(name, list(arguments))
        except NotANumber:
            return None

    def arity(self, name):
        return len(self.table[name][0] or []) if name in self.table else None
