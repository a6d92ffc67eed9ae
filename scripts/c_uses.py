"""For which MAC types a driver's C files use a macro, as far as conditions on the MAC's type say so.

A reference to a function counts as its use for the types that can get there. What is not understood (goto, other
conditions, tables of pointers) counts as every type, so that an answer is never too narrow for want of understanding.
"""

import re

TOKEN = re.compile(r"[A-Za-z_]\w*|\d[\w.]*|->|<<=|>>=|[-+*/%&|^=!<>]=|&&|\|\||<<|>>|\+\+|--|\S")
NOISE = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n\\]|\\\r?\n|\\.)*", re.M)
COMPARE = {
    "==": lambda a, b: a == b, "!=": lambda a, b: a != b, "<": lambda a, b: a < b,
    ">": lambda a, b: a > b, "<=": lambda a, b: a <= b, ">=": lambda a, b: a >= b,
}
NONE = frozenset()
# e1000e's accessors put the driver's prefix before what they are given.
SHORT = re.compile(r"\b(er32|ew32)\(\s*([A-Z])")


def enumeration(text, name):
    """The words of a C enum, in order; what only counts them is left out."""
    text = NOISE.sub(" ", text)
    match = re.search(r"enum\s+" + name + r"\s*\{([^}]*)\}", text) or \
        re.search(r"typedef\s+enum\s*\{([^}]*)\}\s*" + name + r"\s*;", text)
    words = re.findall(r"([A-Za-z_]\w*)\s*(?:=[^,]*)?(?:,|$)", match.group(1).strip()) if match else []
    return [word for word in words if not re.search(r"num_macs", word)]


class Reader:
    """One file's statements; every name goes to `found` with its function and the MAC types."""

    def __init__(self, text, types, found):
        text = NOISE.sub(" ", text)
        self.defines = DIRECTIVE.findall(text)
        text = SHORT.sub(lambda m: f"{m[1]}(E1000_{m[2]}", DIRECTIVE.sub(" ", text))
        self.tokens = TOKEN.findall(text)
        self.order = {word: at for at, word in enumerate(types)}
        self.all = frozenset(types)
        self.found, self.function, self.at = found, None, 0
        self.breaks = []
        self.file()

    def peek(self, ahead=0):
        return self.tokens[self.at + ahead] if self.at + ahead < len(self.tokens) else ""

    def file(self):
        name = None
        while self.at < len(self.tokens):
            token = self.peek()
            if token == "(" and re.match(r"[A-Za-z_]", self.peek(-1) if self.at else ""):
                name = self.peek(-1)
                self.group("(", ")")
            elif token == "{" and name:
                self.function = name
                self.statement(self.all)
                self.function = name = None
            elif token == "{":
                self.names(self.group("{", "}"), self.all)
                name = None
            else:
                if token in (";", "="):
                    name = None
                if self.peek(1) != "(":             # a prototype is no use
                    self.names([token], self.all)
                self.at += 1

    def group(self, opening, closing):
        """Steps behind a bracketed group; its tokens, brackets included."""
        start, depth = self.at, 0
        while self.at < len(self.tokens):
            depth += (self.peek() == opening) - (self.peek() == closing)
            self.at += 1
            if not depth:
                break
        return self.tokens[start:self.at]

    def names(self, tokens, types):
        at = 0
        while at < len(tokens):
            if tokens[at] == "?":
                yes, no = self.choice(tokens[:at])
                colon, end = choice_ends(tokens, at)
                self.names(tokens[at + 1:colon], types & yes)
                self.names(tokens[colon:end], types & no)
                at = end
                continue
            if re.match(r"[A-Za-z_]", tokens[at]):
                self.found(tokens[at], self.function, types)
            at += 1

    def choice(self, before):
        """Of `condition ? a : b`, if the condition is one comparison of the MAC's type."""
        while before[-1:] == [")"]:
            before = before[:-1]
        start = len(before)
        while start and (re.match(r"\w", before[start - 1]) or before[start - 1] in COMPARE or
                         before[start - 1] in (".", "->")):
            start -= 1
        return self.outcomes(before[start:])

    def statement(self, types):
        """Reads one statement that is reached with these MAC types; those that go on behind it."""
        word = self.peek()
        if word == "{":
            return self.block(types)
        if word == "if":
            return self.condition(types)
        if word == "switch":
            return self.switch(types)
        if word in ("for", "while") or word.startswith(("for_each", "list_for_each")):
            self.at += 1
            self.names(self.group("(", ")"), types)
            return self.loop(types)
        if word == "do":
            self.at += 1
            self.loop(types)
            self.simple(types)
            return types
        if word in ("case", "default"):
            return self.label(types)
        if re.match(r"[A-Za-z_]", word) and self.peek(1) == ":":
            self.at += 2
            return self.all                     # a goto can come from anywhere
        self.simple(types)
        if word == "break" and self.breaks and self.breaks[-1] is not None:
            self.breaks[-1] |= types
        return NONE if word in ("return", "goto", "break", "continue") else types

    def block(self, types):
        self.at += 1
        while self.at < len(self.tokens) and self.peek() != "}":
            types = self.statement(types)
        self.at += 1
        return types

    def loop(self, types):
        self.breaks.append(None)
        self.statement(types)
        self.breaks.pop()
        return types

    def simple(self, types):
        start, depth = self.at, 0
        while self.at < len(self.tokens):
            token = self.peek()
            depth += (token in "({[") - (token in ")}]")
            if depth < 0:
                break
            self.at += 1
            if token == ";" and not depth:
                break
        self.names(self.tokens[start:self.at], types)

    def condition(self, types):
        self.at += 1
        tokens = self.group("(", ")")
        self.names(tokens, types)
        yes, no = self.outcomes(tokens[1:-1])
        after = self.statement(types & yes)
        if self.peek() == "else":
            self.at += 1
            return after | self.statement(types & no)
        return after | (types & no)

    def label(self, types):
        """Outside of a switch on the MAC's type a label changes nothing."""
        while self.at < len(self.tokens) and self.peek() != ":":
            self.at += 1
        self.at += 1
        return types

    def is_type(self, tokens):
        if tokens and tokens[-1] == "mac_type":     # e1000's, of struct e1000_hw itself
            return True
        return len(tokens) >= 3 and tokens[-1] == "type" and tokens[-2] in (".", "->") and \
            tokens[-3] == "mac"

    def switch(self, types):
        self.at += 1
        tokens = self.group("(", ")")
        self.names(tokens, types)
        if not self.is_type(tokens[1:-1]) or self.peek() != "{":
            return self.loop(types)
        end = self.at
        self.group("{", "}")
        end, self.at = self.at, end + 1
        labels = {self.tokens[i + 1] for i in range(self.at, end) if self.tokens[i] == "case"}
        rest = types - labels
        self.breaks.append(NONE)
        current, default = NONE, False
        while self.at < end - 1:
            if self.peek() == "case":
                current |= types & {self.peek(1)}
                self.at += 3
            elif self.peek() == "default":
                current, default = current | rest, True
                self.at += 2
            else:
                current = self.statement(current)
        self.at = end
        return current | self.breaks.pop() | (NONE if default else rest)

    def outcomes(self, tokens):
        """The types for which a condition can be true, and those for which it can be false."""
        for operator in ("||", "&&"):
            parts = split(tokens, operator)
            if len(parts) < 2:
                continue
            sets = [self.outcomes(part) for part in parts]
            union, common = (0, 1) if operator == "||" else (1, 0)
            result = [NONE, NONE]
            result[union] = frozenset().union(*(s[union] for s in sets))
            result[common] = self.all.intersection(*(s[common] for s in sets))
            return tuple(result)
        if tokens[:1] == ["!"]:
            return self.outcomes(tokens[1:])[::-1]
        if tokens[:1] == ["("] and matching(tokens) == len(tokens) - 1:
            return self.outcomes(tokens[1:-1])
        if len(tokens) > 2 and tokens[-2] in COMPARE and tokens[-1] in self.order and \
                self.is_type(tokens[:-2]) and re.match(r"[A-Za-z_]", tokens[0]):
            limit, compare = self.order[tokens[-1]], COMPARE[tokens[-2]]
            yes = frozenset(word for word, at in self.order.items() if compare(at, limit))
            return yes, self.all - yes
        return self.all, self.all


def choice_ends(tokens, question):
    """The places of the ':' and of the end of `? a : b`."""
    depth, colon = 0, None
    for at in range(question + 1, len(tokens)):
        token = tokens[at]
        if not depth and (token in (")", "]", "}", ";") or (token == "," and colon)):
            return colon or at, at
        depth += (token in "([{") - (token in ")]}")
        if token == ":" and not depth and colon is None:
            colon = at
    return colon or len(tokens), len(tokens)


def matching(tokens):
    """The place of the bracket that closes the first one."""
    depth = 0
    for at, token in enumerate(tokens):
        depth += (token == "(") - (token == ")")
        if not depth:
            return at
    return -1


def split(tokens, operator):
    """At an operator outside of brackets; unsplit where ?: stands."""
    parts, depth = [[]], 0
    for token in tokens:
        depth += (token in "([{") - (token in ")]}")
        if token == "?" and not depth:
            return [tokens]
        if token == operator and not depth:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


class Uses:
    """All files of a driver. `limits`: the types that a file is for, where it is not for all."""

    def __init__(self, paths, types, limits):
        self.all, self.order = frozenset(types), list(types)
        self.sites = {}         # name: {(function, types)}
        self.bodies = set()     # names in other macros
        for path in paths:
            only = frozenset(limits.get(path.name, types))
            reader = Reader(path.read_text(errors="replace"), types,
                            lambda name, function, seen, only=only:
                            self.sites.setdefault(name, set()).add((function, seen & only)))
            for define in reader.defines:
                words = re.findall(r"[A-Za-z_]\w*", define)
                if words[:1] == ["define"]:
                    self.bodies.update(words[2:])
        self.functions = {function for sites in self.sites.values() for function, _ in sites if function}
        self.reached = self.reach()

    def reach(self):
        """The types with which each function can be called, grown until nothing is added."""
        reached = {name: NONE for name in self.functions}
        for name in self.functions:
            outside = [site for site in self.sites.get(name, ()) if site[0] != name]
            if not [site for site in outside if site[0]] and all(seen == self.all for _, seen in outside):
                reached[name] = self.all        # nobody here calls it
        grown = True
        while grown:
            grown = False
            for name in self.functions:
                types = reached[name].union(*(self.effective(site, reached) for site in self.sites.get(name, ())))
                if types != reached[name]:
                    reached[name], grown = types, True
        return reached

    def effective(self, site, reached):
        function, types = site
        return types & reached[function] if function else types

    def ordered(self, types):
        return sorted(types, key=self.order.index)

    def types(self, name):
        """The MAC types that a macro is used for; None: no telling."""
        if name in self.bodies or name not in self.sites:
            return None
        return NONE.union(*(self.effective(site, self.reached) for site in self.sites[name]))
