// A client of the embedded broker: runs one scenario and reports what it saw, one JSON value a line.
//
// Settings: scenario, port, options (of the connection).

'use strict';

const assert = require('assert');
const rhea = require('rhea');
const values = require('./values.js');

const settings = JSON.parse(process.argv[2]);
const container = rhea.create_container({ id: 'rhea-client' });

function report(value) {
    process.stdout.write(JSON.stringify(value) + '\n');
}

function connect(options) {
    return container.connect({
        host: '127.0.0.1',
        port: settings.port,
        reconnect: false,
        ...settings.options,
        ...options,
    });
}

// Everything that an emitter tells of, by the names of the events.
function tell(emitter, ...events) {
    for (const event of events) {
        emitter.on(event, (context) => {
            const subject = context.sender || context.receiver || context.session || context.connection;
            const error = context.error || (event !== 'disconnected' && subject.error);
            report([event, error && (error.description || error.message)].filter(Boolean));
        });
    }
}

function receive(connection, count, done, options) {
    const messages = [];
    const receiver = connection.open_receiver({ source: 'queue', ...options });
    receiver.on('message', (context) => {
        messages.push(context.message);
        if (messages.length === count) done(messages, context);
    });
    return receiver;
}

const scenarios = {
    // Every value as a body and, where it is simple, as a property, compared with what rhea itself makes of it.
    values() {
        const connection = connect();
        const { message } = rhea;
        const names = Object.keys(values);
        const full = {
            durable: true, priority: 7, ttl: 60000, message_id: 'id-1', correlation_id: 7, user_id: Buffer.from('me'),
            to: 'queue', subject: 'subject', reply_to: 'answers', content_type: 'text/plain', group_id: 'g',
            group_sequence: 3, message_annotations: { 'x-opt-a': 1 }, footer: { 'x-f': 'y' },
            application_properties: { text: 'x', number: 5, ratio: 1.5, yes: true, none: null },
        };
        const sent = names.map((name) => ({ ...full, body: values[name] }));
        sent.push({ body: message.data_section(Buffer.from('ab')) });
        sent.push({ body: message.data_sections([Buffer.from('ab'), Buffer.from('cd')]) });
        sent.push({ body: message.sequence_section([1, 'a']) });
        sent.push({ body: message.sequence_sections([[1], [2]]) });
        sent.push({ body: message.data_section(Buffer.alloc(1048576, 'abcdefgh')) });
        const sender = connection.open_sender('queue');
        sender.once('sendable', () => sent.forEach((each) => sender.send(each)));
        receive(connection, sent.length, (messages) => {
            messages.forEach((each, index) => {
                assert.deepStrictEqual(each.toJSON(), message.decode(message.encode(sent[index])).toJSON());
            });
            report(messages.length);
            connection.close();
        });
    },

    many() {
        const connection = connect();
        const sender = connection.open_sender('queue');
        let sent = 0;
        let accepted = 0;
        let received = 0;
        function end() {
            if (received < settings.count || accepted < settings.count) return;
            report([received, accepted]);
            connection.close();
        }
        sender.on('sendable', () => {
            while (sender.sendable() && sent < settings.count) sender.send({ body: sent++ });
        });
        sender.on('accepted', () => {
            accepted++;
            end();
        });
        connection.open_receiver('queue').on('message', ({ message }) => {
            assert.strictEqual(message.body, received++);
            end();
        });
    },

    // As many messages as credit was given for, and no more; then the rest of the credit is drained.
    credit() {
        const connection = connect();
        const sender = connection.open_sender('queue');
        sender.once('sendable', () => [0, 1, 2, 3, 4].forEach((body) => sender.send({ body })));
        let accepted = 0;
        sender.on('accepted', () => {
            if (++accepted === 5) receiver.add_credit(2);
        });
        let received = 0;
        const receiver = connection.open_receiver({ source: 'queue', credit_window: 0 });
        receiver.on('message', () => {
            if (++received === 2) {
                // Whatever was sent without credit is here before the answer to this.
                const other = connection.open_receiver({ source: 'another', credit_window: 0 });
                other.on('receiver_open', () => {
                    report(received);
                    receiver.add_credit(10);
                    receiver.drain_credit();
                });
            }
        });
        receiver.on('receiver_drained', () => {
            report(received);
            connection.close();
        });
    },

    // Each message again and again until it is accepted or rejected.
    outcomes() {
        const connection = connect();
        const sender = connection.open_sender('queue');
        const bodies = ['accepted', 'rejected', 'released', 'modified', 'failed'];
        sender.once('sendable', () => bodies.forEach((body) => sender.send({ body })));
        // One at a time: rhea gives the deliveries that are settled in one turn the outcome of the first.
        const receiver = connection.open_receiver({ source: 'queue', autoaccept: false, credit_window: 1 });
        const seen = {};
        let settled = 0;
        receiver.on('message', ({ message, delivery }) => {
            const { body } = message;
            seen[body] = (seen[body] || []).concat(message.delivery_count || 0);
            if (body === 'rejected') delivery.reject({ condition: 'amqp:not-allowed', description: 'no' });
            else if (body === 'accepted' || seen[body].length === 3) delivery.accept();
            else if (body === 'released') delivery.release();
            else delivery.modified({ delivery_failed: body === 'failed' });
            if (body === 'accepted' || body === 'rejected' || seen[body].length === 3) settled++;
            if (settled === bodies.length) {
                report(seen);
                connection.close();
            }
        });
    },

    // Nobody settles anything.
    presettled() {
        const connection = connect();
        const sender = connection.open_sender({ target: 'queue', snd_settle_mode: 1 });
        sender.once('sendable', () => ['a', 'b', 'c'].forEach((body) => sender.send({ body })));
        receive(connection, 3, (messages, context) => {
            report([messages.map((each) => each.body), context.delivery.remote_settled]);
            connection.close();
        }, { snd_settle_mode: 1 });
    },

    // A request, and its answer on a queue that the broker names.
    answers() {
        const connection = connect();
        const requests = connection.open_receiver('requests');
        const answers = connection.open_sender({ target: {} });
        requests.on('message', ({ message }) => {
            answers.send({ to: message.reply_to, correlation_id: message.message_id, body: message.body.toUpperCase() });
        });
        const receiver = connection.open_receiver({ source: { dynamic: true } });
        receiver.on('receiver_open', () => {
            connection.open_sender('requests').once('sendable', ({ sender }) => {
                sender.send({ message_id: 'q1', reply_to: receiver.source.address, body: 'hello' });
            });
        });
        receiver.on('message', ({ message }) => {
            report([message.correlation_id, message.body]);
            connection.close();
        });
    },

    // Opening and closing one thing after the other, and all of it a second time.
    ends() {
        const connection = connect();
        let rounds = 0;
        function round() {
            const session = connection.create_session();
            const sender = session.open_sender('queue');
            let receiver;
            const steps = {
                session_open: [session, () => {}],
                sender_open: [sender, () => sender.close()],
                sender_close: [sender, () => {
                    receiver = session.open_receiver('queue');
                    step('receiver_open', receiver, () => receiver.detach());
                    step('receiver_close', receiver, () => session.close());
                }],
                session_close: [session, () => (++rounds < 2 ? round() : connection.close())],
            };
            for (const [event, [emitter, then]] of Object.entries(steps)) step(event, emitter, then);
            session.begin();
        }
        function step(event, emitter, then) {
            emitter.on(event, () => {
                report(event);
                then();
            });
        }
        step('connection_open', connection, round);
        step('connection_close', connection, () => {});
    },

    // A link to no address at all is refused; the others live on.
    refused() {
        const connection = connect();
        const receiver = connection.open_receiver({ source: {} });
        tell(receiver, 'receiver_error', 'receiver_close');
        receiver.on('receiver_close', () => {
            receive(connection, 1, (messages) => {
                report(messages[0].body);
                connection.close();
            });
            connection.open_sender('queue').once('sendable', ({ sender }) => sender.send({ body: 'after' }));
        });
    },

    login() {
        const connection = connect();
        tell(connection, 'connection_open', 'connection_error', 'disconnected');
        // The broker wants SASL and rhea was not given a name: the headers differ.
        connection.on('protocol_error', (error) => report(['protocol_error', error.message]));
        connection.on('connection_open', () => connection.close());
        connection.on('connection_close', () => report(['closed']));
    },

    // Silence of several times the interval after which either side would give up.
    heartbeats() {
        const connection = connect({ idle_time_out: 200 });
        tell(connection, 'connection_error', 'disconnected');
        connection.on('connection_open', () => setTimeout(() => {
            report(connection.is_open());
            connection.close();
        }, 1500));
    },

    // What a hub's client does first: the answer comes on the connection's own $cbs receiver.
    token() {
        const connection = connect();
        receive(connection, 1, (messages) => {
            report(messages[0].application_properties);
            connection.close();
        }, { source: '$cbs' });
        connection.open_sender('$cbs').once('sendable', ({ sender }) => sender.send({
            message_id: 'm1',
            reply_to: '$cbs',
            application_properties: { operation: 'put-token', type: 'servicebus.windows.net:sastoken', name: 'hub/d' },
            body: 'token',
        }));
    },

    // Two receivers share a queue; what one leaves unsettled when its link goes is the other's.
    competing() {
        const connection = connect();
        const sender = connection.open_sender('queue');
        const first = connection.open_receiver({ source: 'queue', credit_window: 0, autoaccept: false });
        const second = connection.open_receiver({ source: 'queue', credit_window: 0 });
        const got = { first: [], second: [] };
        sender.once('sendable', () => [0, 1, 2, 3].forEach((body) => sender.send({ body })));
        let accepted = 0;
        sender.on('accepted', () => {
            if (++accepted === 4) first.add_credit(2);
        });
        first.on('message', ({ message }) => {
            got.first.push(message.body);
            if (got.first.length === 2) second.add_credit(10);
        });
        second.on('message', ({ message }) => {
            got.second.push([message.body, message.delivery_count || 0]);
            if (got.second.length === 2) first.close();
            if (got.second.length === 4) {
                report(got);
                connection.close();
            }
        });
    },

    // An agent answers: see the test.
    agent() {
        const connection = connect();
        const sender = connection.open_sender('commands');
        receive(connection, 2, (messages) => {
            report(messages.map((each) => [each.body.content.toString(), each.application_properties]));
            connection.close();
        }, { source: 'telemetry' });
        sender.once('sendable', () => ['on', 'off'].forEach((command, number) => {
            sender.send({ body: command, application_properties: { number } });
        }));
    },
};

scenarios[settings.scenario]();
