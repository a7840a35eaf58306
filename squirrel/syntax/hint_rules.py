"""The rules of the hints: what tells a mistake, and what to write instead.

A pattern is looked for in a window of tokens (``squirrel.syntax.surroundings``): blanks around each token, ``""`` for
every string, the triangle before the token at which the compiler gave up, the small square at the end of the source.
Windows are short, and repetitions in patterns end at a fixed token, so no pattern takes long.
"""

from __future__ import annotations

import re
from typing import Final

from squirrel.syntax.lexer import KEYWORDS

STATEMENT_END: Final = "end of statement expected (; or lf)"
_EXPRESSION: Final = "expression expected"
_NAME: Final = "expected 'IDENTIFIER'"
_ASSIGN: Final = "can't assign expression"
_ANY: Final = ""

_RESERVED: Final = "|".join(sorted(KEYWORDS))
_TYPE: Final = "int|integer|float|double|long|bool|boolean|string|str|char|number|void|auto|any"
_FOREACH: Final = "write 'foreach (value in container)' or 'foreach (key, value in container)'"
_LAMBDA: Final = "a lambda is written '@(a, b) expression'; for statements write 'function(a, b) { ... }'"
_FINALLY: Final = "there is no 'finally': put the code behind the 'catch' block"
_ELSE_IF: Final = "write 'else if'"
_OPERATOR: Final = r"[-+*/%]=?|[=!<>]=?|<-|&&|\|\||[&|^,?:]|<<|>>>?|in|typeof|throw|instanceof"
_START: Final = r"(?:^|[\n;{}(]) "
# Single tokens, up to a count, without a line end.
_ON_LINE: Final = r"(?:[^ \n]+ ){0,12}?"

# Operators of other languages, where the compiler stopped in one.
OPERATORS: Final[dict[str, str]] = {
    "=>": _LAMBDA,
    "===": "equality is '=='",
    "!==": "inequality is '!='",
    "<>": "inequality is '!='",
    ":=": "assign with '='; a new slot is made with '<-'",
    "**": "powers are 'math.pow(x, y)'",
    "**=": "powers are 'math.pow(x, y)'",
    "&&=": "write it out: a = a && b",
    "||=": "write it out: a = a || b",
    "&=": "write it out: a = a & b",
    "|=": "write it out: a = a | b",
    "^=": "write it out: a = a ^ b",
    "<<=": "write it out: a = a << b",
    ">>=": "write it out: a = a >> b",
    "??": "write it out: a != null ? a : b",
    "?.": "write it out: a != null ? a.b : null",
    "->": "members are written 'object.member'; a new slot is made with '<-'",
}

# The error's message (its beginning), the kind of bracket the place is in, what is around it, what to write (a
# template; empty: nothing, whatever the later rules say).
_RULES: Final[tuple[tuple[str, str, str, str], ...]] = (
    # Preprocessors, imports, bytes that are no Squirrel.
    (_ANY, "", r" @ ▸(include|if|elseif|else|endif|end|set|macro|while|repeat|error|warning) ",
     r"'@\1' is a directive of the Builder preprocessor: run the file through Builder first"),
    (_ANY, "", r" @ ▸{ \w+ (?:}|\(|\.|\+|\|)",
     "'@{...}' is an expression of the Builder preprocessor: run the file through Builder first"),
    (STATEMENT_END, "", rf"{_START}(import|export|using|namespace|goto|async|await) ▸", r"Squirrel has no '\1'"),
    (_ANY, "", r" ▸\xef \xbb \xbf ", "there is a byte order mark here: take it out"),
    (_ANY, "", r" ▸\xe2 \x80 [\x98-\x9f] ", "strings need straight quotes: \""),
    (_ANY, "", r" ▸\xe2 \x80 [\x90-\x95] ", "write a plain '-'"),
    (_ANY, "", r" ▸\xc2 \xa0 ", "write a plain blank in place of the no-break space"),
    (_ANY, "", r" ▸[\x80-\xff] ", "only strings and comments can hold letters and signs beyond ASCII"),
    (_ANY, "", r" ▸` ", 'strings are written "..."'),
    # Declarations.
    ("expected '='", "class", rf"(?:[\n;{{}}]) (var|let|public|private|protected|const|{_TYPE}) ▸\w+ (?:=|;|\n)",
     r"members are declared without '\1': name = value"),
    (_NAME, "class", r" ▸(local|const) ", r"members are declared without '\1': name = value"),
    (_ANY, "", rf"{_START}(?:var|let) ▸(\w+) (?:=|;|,|\n|∎)", r"declare a variable with 'local': local \1"),
    (STATEMENT_END, "", rf"{_START}(?:{_TYPE}) ▸(\w+) (?:=|;|,|\n|∎)",
     r"variables have no type: declare one with 'local': local \1"),
    (STATEMENT_END, "", rf"{_START}(?:def|func|fn|fun|sub|proc|{_TYPE}) ▸(\w+) \(", r"write 'function \1(...)'"),
    (STATEMENT_END, "", r" local \w+ ▸(?:\. \w|\[ [^ \n]+ \] =) ?", "a slot of an object is set without 'local'"),
    (STATEMENT_END, "", r" const \w+ = (?:- )?\S+ ▸[-+*/%&|^<>.([?]\S* ",
     "a constant is one number or string, no expression; use a global slot: NAME <- value"),
    (STATEMENT_END, "", r' (?:=|\() new ▸(\w+)|(?:[\n;{}(]|return|throw|^) new ▸(\w+)',
     "an instance is made by calling the class, without 'new'"),
    (_NAME, "", r" function ▸\( ",
     "a function needs a name here; without one it is a value: local f = function() { ... }"),
    ("expected '('", "", r" function (\w+) ▸\. (\w+) ", r"write 'function \1::\2()'"),
    ("expected '('", "", r" (?:=|<-|\(|,|:|return) function ▸\w+ ",
     "a function that is a value has no name: write 'function(...)'"),
    ("expected '('", "", r" function (\w+) ▸{ ", r"write 'function \1()'"),
    ("expected ')' or ','", "", rf" (?:\(|,) (?:{_TYPE}) ▸\w+ ", "parameters have no types: write only the name"),
    ("expected ')' or ','", "", r" \w+ ▸\w+ ", "separate the parameters by ','"),
    ("expected '='", "(", r" function [\w:. ]*\( [^()]*= [^()]*, (\w+) ▸[,)] ",
     r"a parameter after one with a default value needs one too: \1 = null"),
    ("expected ')'", "(", r" \.\.\. ▸\w+ ", "'...' has no name: the arguments are in 'vargv'"),
    ("expected ')'", "(", r" \.\.\. ▸, ", "'...' has to be the last parameter"),
    (_EXPRESSION, "", r" ▸\.\.\. ",
     "arrays are not spread: call with one by 'f.acall(array)', whose first item is 'this'"),
    # Lambdas.
    (_EXPRESSION, "", r" ▸\) => ", _LAMBDA),
    (_EXPRESSION, "", r" @ \( [^()]*\) ▸return ", "the body of a lambda is an expression, without 'return'"),
    (_ANY, "", r" @ \( [^()]*\) { (?:\n )?▸(?:return|local|if|for|foreach|while|switch|throw|try) ", _LAMBDA),
    ("expected '='", "", r" @ \( [^()]*\) { (?:\n )?\w+ ▸[(.};] ", _LAMBDA),
    # Control statements.
    (_ANY, "", r" for ▸each ", _FOREACH),
    ("expected ';'", "", r" for \( (?:local |var )?▸?\w+ (?:, \w+ )?▸?(?:in|:|of) ", _FOREACH),
    ("expected 'in'", "", r" ▸", _FOREACH),
    (_NAME, "", r" foreach \( ▸local ", "write 'foreach' without 'local': it declares its variables itself"),
    ("expected ';'", "", r" for \( var ▸\w+ ", "declare a variable with 'local'"),
    ("expected ';'", "", r" for \( ", "separate the three parts of 'for' by ';': for (local i = 0; i < 10; i++)"),
    (_ANY, "", r" ▸(?:elseif|elif|elsif) ", _ELSE_IF),
    (STATEMENT_END, "", rf"{_START}(?:elseif|elif|elsif) \( {_ON_LINE}▸", _ELSE_IF),
    (STATEMENT_END, "", r" \) then ▸", "write 'if (condition) statement' without 'then'"),
    (_EXPRESSION, "", r"(?: \)| else) ▸: ", "blocks are written in braces: { ... }"),
    ("expected '('", "", r" (if|while|switch|for|foreach) ▸", r"what follows '\1' stands in parentheses: \1 (...)"),
    (_EXPRESSION, "", r"(?:^|[;}]) (?:\n )?▸else ",
     "this 'else' has no 'if': only one statement or block may stand between"),
    (_EXPRESSION, "", r" ▸(case|default) ", r"'\1' stands inside the braces of a 'switch'"),
    ("expected '}'", "switch", r" ▸(?:case|default) ", "'default' has to be the last one in a 'switch'"),
    ("expected '}'", "switch", r" ▸\w", "statements of a 'switch' stand behind a 'case value:'"),
    ("expected '}'", "", r" ▸(case|default) ", r"'\1' stands inside the braces of a 'switch'"),
    ("expected ':'", "", r" case [^ \n]+ ▸, ", "each value has a 'case' of its own: case 1: case 2:"),
    ("expected ':'", "", rf" case {_ON_LINE}▸", "a ':' is missing behind the value of 'case'"),
    ("expected ':'", "", rf" \? {_ON_LINE}▸", "write both values: condition ? value : other"),
    (_ANY, "", r"(?: }|[\n;]) (?:\n )?▸finally ", _FINALLY),
    (STATEMENT_END, "", rf"{_START}finally ▸{{", _FINALLY),
    ("expected 'catch'", "", r" ▸", "a 'try' statement is followed by 'catch (error) { ... }'"),
    ("expected '('", "", r" catch ▸", "name the error: catch (error) { ... }"),
    (_EXPRESSION, "", r" ▸catch ", "'catch' stands right behind the statement of a 'try'"),
    ("expected 'while'", "", r" ▸", "a 'do' statement is followed by 'while (condition)'"),
    # Classes.
    ("expected '{'", "", r" class \w+ ▸: ", "write 'class A extends B'"),
    ("expected '{'", "", r" extends [\w. ]*▸, ", "a class extends one other only"),
    ("expected '{'", "", r" (?:=|<-|\(|,|return) class ▸\w+ ",
     "a class that is a value has no name: write 'class { ... }'"),
    ("invalid class name", "", r" class \w+ \( \w+ \) ▸{ ", "write 'class A extends B'"),
    ("invalid class name", "", r" class \w+ \( [^()]*\) ▸{ ",
     "parameters are those of 'constructor(...)' in the class"),
    ("expected '('", "class", r" constructor ▸", "write 'constructor(...) { ... }'"),
    ("expected '='", "class", r"[\n;{}] (?:static )?(\w+) ▸\( ", r"methods begin with 'function': function \1(...)"),
    ("expected '='", "class", r" (?:def|func|fn|fun|void) ▸(\w+) \( ",
     r"methods begin with 'function': function \1(...)"),
    ("expected '='", "class", r" (\w+) ▸: ", r"a member is given its value with '=': \1 = value"),
    ("expected '='", "class", r" (\w+) (?:\n )?▸(?:;|}|\w)", r"give the member a value: \1 = null"),
    (_NAME, "class", r" ▸, ", "members are separated by ';' or new lines, not by ','"),
    # Enums and constants.
    (_NAME, "enum", r" ▸; ", "the members of an enum are separated by ','"),
    ("scalar expected : integer,float or string", "enum", r" ▸",
     "the value of a member is an integer, a float or a string, written out"),
    # Tables.
    (_NAME, "{", r"(?:[{,]|\n) ▸(" + _RESERVED + r") = ", r'a reserved word as a key is written ["\1"] = value'),
    (_NAME, "{", r"(?:[{,]|\n) (function|static|class) ▸= ", r'a reserved word as a key is written ["\1"] = value'),
    (_NAME, "{", r"(?:[{,]|\n) ▸(" + _RESERVED + r") : ", r'a reserved word as a key is written "\1": value'),
    (_NAME, "{", r"(?:[{,]|\n) ▸'' ", 'keys are in double quotes: "key": value'),
    (_NAME, "{", r"(?:[{,]|\n) ▸([0-9]\S*) ", r"a key that is a number is written [\1] = value"),
    (_NAME, "{", r" , (?:\n )?▸, ", "there is a ',' too many"),
    (_NAME, "{", r" ▸; ", "the slots of a table are separated by ',' or new lines"),
    ("expected '='", "{", r"(?:[{,]|\n) (\w+) ▸: ", r'write \1 = value, or "\1": value'),
    ("expected ':'", "{", r'(?:[{,]|\n) "" ▸= ', 'write "key": value, or ["key"] = value'),
    # Names.
    (_NAME, "", r" \. ▸(" + _RESERVED + r") ", r'"\1" is a reserved word: write ["\1"] in place of .\1'),
    (_NAME, "", r" \. ▸([0-9]+) ", r"an item is read with brackets: [\1]"),
    (_NAME, "", r" ▸(" + _RESERVED + r") (?!∎)", r"'\1' is a reserved word, which cannot be a name"),
    # Expressions.
    (_ANY, "", r" ▸and ", "'and' is written '&&'"),
    (_ANY, "", r" ▸or ", "'or' is written '||'"),
    (_ANY, "", r" (?:\(|=|&&|\|\||return|if) not ▸", "'not' is written '!'"),
    (_ANY, "", r" if ▸not ", "'not' is written '!', and the condition stands in parentheses"),
    (STATEMENT_END, "", r" (\w+) ▸:: (\w+) ", r"a member is written '\1.\2'"),
    (STATEMENT_END, "", r" [0-9]+ ▸_", "digits are written without '_'"),
    (STATEMENT_END, "", r' "" ▸"" ', "strings are joined with '+'"),
    (STATEMENT_END, "", rf'{_START}(?!echo)(?:\w+ \. )?\w+ ▸"" ', "a call needs parentheses around its arguments"),
    (STATEMENT_END, "", rf"{_START}print ▸", "a call needs parentheses around its arguments"),
    (STATEMENT_END, "", r" ▸(?:is|as|of|unless|until|extends|then) ", ""),
    ("expression expected, found ')'", "", r" ▸", "leave out the ',' before the ')'"),
    (_EXPRESSION, "", r" ▸\. ([0-9]+) ", r"write 0.\1"),
    (_EXPRESSION, "", r" (?:=|<-|return) ▸yield ", "'yield' gives no value: it is a statement of its own"),
    (_EXPRESSION, "", r" [\[(,] (?:\n )?▸, ", "a value is missing before the ','"),
    (_EXPRESSION, "", rf" ({_OPERATOR}) (?:\n )?▸(?:[;)}}\]]|∎) ",
     r"a value is missing after '\1'"),
    (_EXPRESSION, "", r" ▸([-+*/%=,]|==|!=|<-|&&|\|\|) (?:\n )?∎ ", r"a value is missing after '\1'"),
    (_ASSIGN, "", r" (?:if|while) \( [^\n{};]*▸= ", "compare with '=='"),
    (_ASSIGN, "", r" ▸(?:=|<-|[-+*/%]=) ", "only a variable or a slot can be assigned to"),
    ("can't 'create' a local slot", "", r" this <- ", ""),
)  # fmt: skip

BY_TOKENS: Final = tuple(
    (message, kind, re.compile(pattern, re.ASCII), advice) for message, kind, pattern, advice in _RULES
)

BY_MESSAGE: Final[dict[str, str]] = {
    "newline in a constant": 'close the string before the end of the line, or write @"..." for one of several lines',
    "constant too long": 'single quotes hold one character; strings are written "..."',
    "empty constant": 'single quotes hold one character; the empty string is ""',
    "unrecognised escaper char": r'a backslash is written "\\", or the string as @"..."',
    "hexadecimal number expected": r'hexadecimal digits follow "\x"; a backslash is written "\\"',
    "too many digits for an Hex number": "integers have 32 bits: at most 8 digits after '0x'",
    "exponent expected": "digits are missing after the 'e'",
    "invalid octal number": "a number that begins with 0 is octal: its digits are 0 to 7",
    "invalid token '..'": "strings are joined with '+'; a variable number of parameters is '...'",
    "scalar expected : integer,float or string":
        "a constant is an integer, a float or a string, written out; use a global slot for others: NAME <- value",
    "scalar expected : integer,float": "a '-' stands before a number only",
    _ASSIGN: "constants and members of enums cannot be changed",
    "can't '++' or '--' an expression": "'++' and '--' change a variable or a slot, nothing else",
    "can't 'create' a local slot": "'<-' makes a slot of a table; assign to a local variable with '='",
    "can't delete an expression": "'delete' wants a slot: delete table.key, or delete table[key]",
    "cannot delete an (outer) local": "'delete' removes slots of tables; set the variable to null instead",
    "cannot brake deref/or comma needed after [exp]=exp slot declaration":
        "put a ',' (in a table) or a ';' before the '[', or write it on the line above",
    "expected '.'": "an enum is no value: name one of its members",
    "function with default parameters cannot have variable number of parameters":
        "leave out the default values, or the '...'",
    "'break' has to be in a loop block": "a function is left with 'return'",
    "'continue' has to be in a loop block": "a function is left with 'return'",
    "nesting too deep": "take parts of the expression out into variables or functions",
}  # fmt: skip
