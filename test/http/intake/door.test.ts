import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { databases } from '../../support/databases.ts';
import { ANNA, BEN, COLOUR, CUT, insertAppointment } from '../../support/salon.ts';
import { type Door, openDoor, signatureOf, TUESDAY_AT_TWO, wish } from './open-door.ts';

const CARLA = '00000000-0000-4000-8000-00000000000c';

for (const engine of databases()) {
  describe(`the door (${engine.name})`, { skip: engine.skip }, () => {
    let door: Door;
    before(async () => {
      door = await openDoor({ engine });
      await door.db('staff').insert({ id: CARLA, name: 'Carla Albers', is_active: 0 });
      await door.db('calcom_event_map').insert({ service_id: CUT, staff_id: CARLA, event_type_id: 11 });
    });
    after(() => door.close());
    afterEach(async () => {
      for (const table of ['appointments', 'customers', 'door_turns']) await door.db(table).delete();
    });

    it('stores what it accepts, as the booking system would, and calls the engine', async () => {
      const nudges = door.nudges();
      const { status, body } = await door.ask();
      assert.equal(status, 200);
      const say =
        'Ihr Termin ist eingetragen: Haarschnitt bei Anna Albers am Dienstag, dem 25. November, um 14 Uhr.';
      assert.deepEqual(body, { ok: true, appointmentId: body.appointmentId, startsAt: TUESDAY_AT_TWO, say });
      const [appointment, ...more] = await door.appointments();
      assert.equal(more.length, 0);
      assert.equal(Number(appointment.id), body.appointmentId);
      const [customer] = await door.customers();
      const { name, phone, email } = customer;
      assert.deepEqual([name, phone, email], ['Clara Conrad', '+4915123456789', 'clara@salon.example']);
      assert.equal(Number(appointment.customer_id), Number(customer.id));
      const { staff_id, starts_at, ends_at, status: state, source } = appointment;
      const stored = [Number(appointment.service_id), staff_id, starts_at, ends_at, state, source];
      const times = ['2025-11-25 13:00:00.000', '2025-11-25 13:30:00.000'];
      assert.deepEqual(stored, [CUT, ANNA, ...times, 'booked', 'door']);
      assert.match(appointment.created_at, /^2025-11-24 11:0/);
      assert.equal(appointment.updated_at, appointment.created_at);
      assert.equal(door.nudges(), nudges + 1);
    });

    it('gives a repeated request the same appointment, and says so', async () => {
      const first = await door.ask();
      const again = await door.ask();
      assert.equal(again.body.appointmentId, first.body.appointmentId);
      assert.match(again.body.say, /^Dieser Termin steht schon/);
      const otherWords = {
        phone: '+49 151 234 567 89',
        email: null,
        service: 'haarschnitt',
        date: 'morgen',
        time: '2 pm',
      };
      const reworded = await door.ask({ ...otherWords, name: 'Frau Conrad', staff: 'egal' });
      assert.equal(reworded.body.appointmentId, first.body.appointmentId);
      const inCall = await door.askInCall('call_7', { phone: null, email: 'CLARA@salon.example' });
      assert.equal(inCall.body.appointmentId, first.body.appointmentId);
      const laterInCall = await door.askInCall('call_7', { phone: 'anonymous', email: null, staff: 'Ben' });
      assert.equal(laterInCall.body.appointmentId, first.body.appointmentId);
      assert.equal((await door.appointments()).length, 1);
      assert.equal((await door.customers()).length, 1);
    });

    it('takes two wishes of one call for two appointments', async () => {
      const one = await door.askInCall('call_8');
      const other = await door.askInCall('call_8', { time: '15:00' });
      const child = await door.askInCall('call_8', { name: 'Max Conrad', staff: 'Ben' });
      const ids = [one, other, child].map(({ body }) => body.appointmentId);
      assert.equal(new Set(ids).size, 3);
      assert.equal((await door.customers()).length, 2);
    });

    it('books anew what was cancelled meanwhile', async () => {
      const { body } = await door.askInCall('call_9');
      await door.db('appointments').where({ id: body.appointmentId }).update({ status: 'cancelled' });
      const again = await door.askInCall('call_9');
      assert.equal(again.body.ok, true);
      assert.notEqual(again.body.appointmentId, body.appointmentId);
      const third = await door.askInCall('call_9');
      assert.equal(third.body.appointmentId, again.body.appointmentId);
    });

    it('never takes an anonymous caller for a customer, however the phone spells it', async () => {
      const spellings = [
        'anonymous',
        'Unknown',
        'WITHHELD',
        'restricted',
        'private',
        'unavailable',
        'blocked',
        '',
        null,
      ];
      spellings.push('anonymous_1763974800_ab12');
      const stored = spellings.map((phone, index) => ({
        id: index + 1,
        name: 'Clara Conrad',
        phone,
        email: null,
      }));
      await door.db('customers').insert(stored);
      for (const [index, phone] of spellings.entries()) {
        const { body } = await door.ask({ phone, email: null, time: `${10 + index}:00`, staff: null });
        assert.equal(body.ok, true, `${phone}`);
        const row = await door.db('appointments').where({ id: body.appointmentId }).first();
        assert.ok(Number(row.customer_id) > spellings.length);
        const customer = await door.db('customers').where({ id: row.customer_id }).first();
        assert.deepEqual([customer.phone, customer.email], [null, null]);
      }
    });

    it('knows a customer by phone or e-mail and a name that fits, and takes everybody else for a new one', async () => {
      await door.db('customers').insert([
        { id: 501, name: 'Conrad', phone: '(0151) 234 567-89', email: null },
        { id: 502, name: 'Clara Conrad', phone: '0151/23456789', email: 'other@salon.example' },
        { id: 503, name: 'Emil Egger', phone: null, email: 'Emil@Salon.example' },
      ]);
      const customerOf = async (fields: object) => {
        const { body } = await door.ask({ staff: null, ...fields });
        const row = await door.db('appointments').where({ id: body.appointmentId }).first();
        return Number(row.customer_id);
      };
      assert.equal(await customerOf({ time: '10:00' }), 502);
      assert.equal(await customerOf({ time: '11:00', name: 'Frau Conrad', email: null }), 501);
      const emil = { name: 'emil egger', phone: '0151 99999999', email: 'emil@salon.example' };
      assert.equal(await customerOf({ time: '12:00', ...emil }), 503);
      assert.ok((await customerOf({ time: '13:00', name: 'Peter Pan' })) > 503);
      assert.ok((await customerOf({ time: '14:00', phone: '0151 23456780' })) > 503);
    });

    it('refuses a time that Cal.com does not offer, with up to three others', async () => {
      const { status, body } = await door.ask({ time: '07:00' });
      assert.deepEqual([status, body.ok, body.code], [200, false, 'not_free']);
      assert.deepEqual(body.alternatives, [
        { startsAt: '2025-11-25T07:00:00.000Z', staff: 'Anna Albers' },
        { startsAt: '2025-11-25T07:15:00.000Z', staff: 'Anna Albers' },
        { startsAt: '2025-11-25T07:30:00.000Z', staff: 'Anna Albers' },
      ]);
      assert.equal((await door.appointments()).length + (await door.customers()).length, 0);
    });

    it('refuses a time that our own appointments take, booked or not, and offers a colleague', async () => {
      await insertAppointment(door.db, { id: 900, startsAt: new Date('2025-11-25T12:45:00Z') });
      const { body } = await door.ask();
      assert.equal(body.code, 'not_free');
      assert.deepEqual(body.alternatives[0], { startsAt: TUESDAY_AT_TWO, staff: 'Ben Brandt' });
      assert.match(
        body.say,
        /Möglich wäre es um 14 Uhr bei Ben Brandt, um 14 Uhr 15 oder um 14 Uhr 30\. Passt/,
      );
      const offered = body.alternatives.map(({ startsAt }) => startsAt).slice(1);
      assert.deepEqual(offered.toSorted(), ['2025-11-25T13:15:00.000Z', '2025-11-25T13:30:00.000Z']);
    });

    it('counts the appointments of a person under every staff record', async () => {
      await door.db('staff_persons').insert([ANNA, CARLA].map((id) => ({ staff_id: id, person_id: ANNA })));
      await insertAppointment(door.db, { id: 901, startsAt: new Date(TUESDAY_AT_TWO), staffId: CARLA });
      assert.equal((await door.ask()).body.code, 'not_free');
      await door.db('staff_persons').delete();
    });

    it('lets a customer have two appointments at a time, with two people', async () => {
      const cut = await door.ask();
      const colour = await door.ask({ service: 'Farbe', staff: 'Ben' });
      assert.equal(colour.body.ok, true);
      assert.notEqual(colour.body.appointmentId, cut.body.appointmentId);
    });

    it('finds somebody who is free when nobody is named, and says who', async () => {
      const named = await door.ask({ name: 'Dora', phone: null, email: null, staff: 'Anna' });
      assert.equal(named.body.ok, true);
      const { body } = await door.ask({ staff: '' });
      assert.match(body.say, /bei Ben Brandt/);
      const row = await door.db('appointments').where({ id: body.appointmentId }).first();
      assert.equal(row.staff_id, BEN);
      assert.equal(
        (await door.ask({ name: 'Emil', phone: null, email: null, staff: null })).body.code,
        'not_free',
      );
    });

    it('refuses who cannot do the service, with colleagues who can', async () => {
      const inactive = await door.ask({ staff: 'Carla Albers' });
      assert.equal(inactive.body.code, 'staff_cannot');
      assert.deepEqual(
        inactive.body.alternatives.map(({ staff }) => staff),
        ['Anna Albers', 'Ben Brandt'],
      );
      await door.db('calcom_event_map').where({ service_id: COLOUR, staff_id: ANNA }).delete();
      const unmapped = await door.ask({ service: 'Farbe', time: '06:00' });
      const say =
        'Anna Albers bietet Farbe leider nicht an. Für Farbe können Sie zu Ben Brandt kommen. Wäre Ihnen das recht?';
      assert.deepEqual([unmapped.body.code, unmapped.body.say], ['staff_cannot', say]);
      await door.db('calcom_event_map').insert({ service_id: COLOUR, staff_id: ANNA, event_type_id: 21 });
    });

    it('asks for what is missing or not understood', async () => {
      const codes: [Record<string, unknown>, string][] = [
        [{ name: '' }, 'missing_name'],
        [{ service: null }, 'missing_service'],
        [{ date: ' ' }, 'missing_date'],
        [{ time: null }, 'missing_time'],
        [{ service: 'Massage' }, 'service_unknown'],
        [{ staff: 'Zoe' }, 'staff_unknown'],
        [{ date: 'irgendwann' }, 'date_unclear'],
        [{ time: '25:00' }, 'time_unclear'],
        [{ date: '25.11.2024' }, 'past'],
        [{ date: 'heute', time: '11:00' }, 'past'],
        [{ date: '2027-01-01' }, 'too_far'],
        [{ date: '2026-03-29', time: '02:30' }, 'no_such_time'],
      ];
      for (const [fields, code] of codes) {
        const { status, body } = await door.ask(fields);
        assert.deepEqual([status, body.ok, body.code], [200, false, code]);
        assert.match(body.say, /\?$/);
      }
      assert.equal((await door.appointments()).length, 0);
    });

    it('answers in the language of the caller, else in the salon’s', async () => {
      for (const language of ['en', 'en-US', 'EN_gb', 'English'])
        assert.match((await door.ask({ time: null, language })).body.say, /^What time/);
      for (const language of ['de', 'de-AT', 'fr', '', null])
        assert.match((await door.ask({ time: null, language })).body.say, /^Um wie viel Uhr/);
    });

    it('refuses a request that is not signed, without a word of detail', async () => {
      const body = JSON.stringify(wish);
      const headers = [
        { 'x-retell-signature': '' },
        { 'x-retell-signature': signatureOf(body, { secret: 'guessed' }) },
        { 'x-retell-signature': signatureOf(`${body} `) },
        { 'x-retell-signature': signatureOf(body, { at: Date.now() - 301_000 }) },
        { 'x-retell-signature': signatureOf(body, { at: Date.now() + 330_000 }) },
      ];
      for (const each of headers)
        assert.deepEqual(await door.post(body, each), { status: 401, body: { error: 'unauthorized' } });
      assert.equal((await door.appointments()).length, 0);
    });

    it('refuses a body that is no request, and names the field', async () => {
      assert.deepEqual(await door.post('{'), { status: 400, body: { error: 'body: must be a JSON object' } });
      const { status, body } = await door.ask({ phone: ['0151 23456789'] });
      assert.deepEqual([status, body], [400, { error: 'phone: must be text' }]);
    });

    it('accepts while the bot is held: it is the booking system’s row', async () => {
      await door.db('installation').update({ mode: 'held' });
      assert.equal((await door.ask()).body.ok, true);
    });

    it('logs what came of a request, and nothing of the caller', async () => {
      await door.ask();
      await door.ask({ time: 'gleich' });
      const lines = door.lines.filter((line) => line.msg === 'door.answered');
      assert.deepEqual(
        lines.slice(-2).map(({ outcome }) => outcome),
        ['accepted', 'time_unclear'],
      );
      assert.doesNotMatch(JSON.stringify(door.lines), /Clara|23456789|salon\.example/);
      assert.doesNotMatch(JSON.stringify(await door.db('door_turns')), /Clara|23456789|salon\.example/);
    });
  });
}
