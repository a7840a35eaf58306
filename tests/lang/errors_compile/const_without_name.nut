// const needs a name.
const = 5                    // expect compile error: expected 'IDENTIFIER'
