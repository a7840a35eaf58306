// AMQP values by the names that tests/interop/values.py has for them, encoded by rhea. It knows no decimals, and no
// described values in bodies.

'use strict';

const { types } = require('rhea');

const UUID = Buffer.from('00000000000000000000000000000001', 'hex');

module.exports = {
    'null': null,
    'true': true,
    'false': false,
    'ubyte': types.wrap_ubyte(200),
    'byte': types.wrap_byte(-100),
    'ushort': types.wrap_ushort(60000),
    'short': types.wrap_short(-30000),
    'uint': types.wrap_uint(4294967295),
    'uint zero': types.wrap_uint(0),
    'int': types.wrap_int(-2147483648),
    'ulong': types.wrap_ulong(0x100000007),
    'long': types.wrap_long(-5),
    'long that wraps': types.wrap_long(0x1ffffffff),
    'float': types.wrap_float(1.5),
    'double': types.wrap_double(0.25),
    'binary': Buffer.from([0x00, 0xff, 0x80]),
    'string': 'h\u00e9\0llo',
    'empty string': '',
    'long string': 'x'.repeat(300),
    'symbol': types.wrap_symbol('sym'),
    'list': [types.wrap_int(1), 'a', null, [true]],
    'empty list': [],
    'map': { a: types.wrap_int(1), b: { c: [types.wrap_int(2)] } },
    'array of int': types.wrap_array([1, -2, 300], 0x71),
    'array of string': types.wrap_array(['a', 'b'], 0xa1),
    'timestamp': types.wrap_timestamp(1500000000000),
    'uuid': types.wrap_uuid(UUID),
    'char': types.wrap_char('x'.charCodeAt(0)),
};
