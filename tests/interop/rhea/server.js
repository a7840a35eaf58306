// A peer for agents: an AMQP server without queues, that does for each address what its name says.
//
// Settings: options (of the connection), user and password (SASL PLAIN instead of ANONYMOUS), key and certificate (TLS),
// credit (granted by hand, so many at a time). Writes its port, then what happens, one JSON value a line.

'use strict';

const rhea = require('rhea');
const values = require('./values.js');

const settings = JSON.parse(process.argv[2]);
const container = rhea.create_container({ id: 'rhea-server' });
const ERROR = { condition: 'amqp:not-allowed', description: 'it is Sunday' };

function report(event, details) {
    process.stdout.write(JSON.stringify({ event, ...details }) + '\n');
}

function bytes(value) {
    return Buffer.isBuffer(value) ? { hex: value.toString('hex') } : value;
}

// What the server sends on links of its own, by source address.
const sources = {
    values(sender) {
        for (const value of Object.values(values)) sender.send({ body: value });
    },
    properties(sender) {
        const simple = Object.entries(values).filter(([name]) => settings.properties.includes(name));
        sender.send({ body: 'x', application_properties: Object.fromEntries(simple) });
    },
    sections(sender) {
        const { message } = rhea;
        const bodies = [
            message.data_section(Buffer.from('ab')),
            message.data_sections([Buffer.from('ab'), Buffer.from('cd')]),
            message.sequence_section([1, 'a']),
            message.sequence_sections([[1], [2]]),
        ];
        for (const body of bodies) {
            sender.send({ durable: true, subject: 's', message_annotations: { 'x-opt': 1 }, body, footer: { f: 1 } });
        }
    },
    large(sender) {
        sender.send({ body: rhea.message.data_section(Buffer.alloc(1048576, 'abcdefgh')) });
    },
    outcomes(sender) {
        for (const body of ['accept', 'reject', 'release', 'dropped']) sender.send({ body }, body);
    },
    refused(sender) {
        sender.close(ERROR);
    },
};

// What follows the first message to a target address.
const targets = {
    'close link': (context) => context.receiver.close(ERROR),
    'close link quietly': (context) => context.receiver.close(),
    'detach link': (context) => context.receiver.detach(),
    'close session': (context) => context.session.close(ERROR),
    'close session quietly': (context) => context.session.close(),
    'close connection': (context) => context.connection.close(ERROR),
    'close connection quietly': (context) => context.connection.close(),
    'drop': (context) => context.connection.socket.destroy(),
    'reject': (context) => context.delivery.reject(ERROR),
    'release': (context) => context.delivery.release(),
    'modify': (context) => context.delivery.modified({ delivery_failed: true }),
};

if (settings.user) {
    container.sasl_server_mechanisms.enable_plain(
        (user, password) => user === settings.user && password === settings.password
    );
} else {
    container.sasl_server_mechanisms.enable_anonymous();
}

container.on('connection_open', (context) => {
    report('connection', { container: context.connection.container_id, hostname: context.connection.hostname });
});
container.on('session_open', () => report('session'));
container.on('sender_open', (context) => {
    const address = context.sender.source.address;
    context.sender.set_source({ address });
    report('attach', { role: 'receiver', address });
    if (address === 'refused') sources.refused(context.sender);
});
container.on('sender_flow', (context) => {
    const address = context.sender.source.address;
    if (context.sender.served || !(address in sources)) return;
    context.sender.served = true;
    report('credit', { credit: context.sender.credit });
    sources[address](context.sender);
});
container.on('receiver_open', (context) => {
    const address = context.receiver.target.address;
    context.receiver.set_target({ address });
    report('attach', { role: 'sender', address });
    if (address === 'refused') context.receiver.close(ERROR);
    else if (settings.credit) context.receiver.add_credit(settings.credit);
});

const held = [];

container.on('message', (context) => {
    const { message, receiver } = context;
    const address = receiver.target.address;
    const body = message.body && message.body.typecode ? message.body.content : message.body;
    const section = message.body && message.body.typecode ? 'data' : 'value';
    report('message', { address, section, body: bytes(body), properties: message.application_properties });
    if (address in targets) {
        targets[address](context);
    } else if (address === 'backwards') {
        // Settled one by one, the last one first.
        held.push(context.delivery);
        if (held.length === 4) while (held.length) held.pop().accept();
    } else if (settings.credit) {
        held.push(context.delivery);
        if (held.length < settings.credit) return;
        // The sender has used up its credit: whatever came now would come without.
        setTimeout(() => {
            report('batch', { size: held.length });
            while (held.length) held.shift().accept();
            receiver.add_credit(settings.credit);
        }, 20);
    }
});
for (const outcome of ['accepted', 'rejected', 'released', 'modified']) {
    container.on(outcome, (context) => report('outcome', { outcome, tag: context.delivery.tag.toString() }));
}
for (const end of ['sender_close', 'receiver_close', 'session_close', 'connection_close']) {
    container.on(end, () => report(end));
}
container.on('disconnected', () => report('disconnected'));
container.on('sender_error', () => report('sender_error'));
container.on('error', (error) => report('error', { text: String(error) }));

const listener = container.listen({
    host: '127.0.0.1',
    port: 0,
    ...(settings.certificate && { transport: 'tls', key: settings.key, cert: settings.certificate }),
    ...settings.options,
});
listener.on('listening', () => report('listening', { port: listener.address().port }));
