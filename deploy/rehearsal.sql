-- Three appointments for the sandbox's Cal.com, for trying the bot out. SQLite, MySQL and MariaDB take it as it is.
-- NEXT_TUESDAY is replaced by whoever runs it; docs/operating.md says how.
INSERT INTO staff (id, name, is_active) VALUES
  ('654fcd64-33aa-480b-a5dd-a8d76027c8e8', 'Jana Hoffmann', 1),
  ('0460c08f-9fa4-4223-ad70-9204c950770a', 'Murat Yildiz', 1);
INSERT INTO services (id, name, duration_minutes) VALUES (1, 'Herrenschnitt', 30);
INSERT INTO calcom_event_map (service_id, staff_id, event_type_id) VALUES
  (1, '654fcd64-33aa-480b-a5dd-a8d76027c8e8', 2301),
  (1, '0460c08f-9fa4-4223-ad70-9204c950770a', 2307);
INSERT INTO customers (id, name, email, phone) VALUES
  (1, 'Clara Conrad', 'clara@example.com', '+4915123456789'),
  (2, 'Paul Neumann', 'paul@example.com', NULL),
  (3, 'Ida Ohneadresse', 'ida-at-example', NULL);
INSERT INTO appointments (id, customer_id, service_id, staff_id, starts_at, ends_at, status, created_at) VALUES
  (1, 1, 1, '654fcd64-33aa-480b-a5dd-a8d76027c8e8', 'NEXT_TUESDAY 09:00:00.000', 'NEXT_TUESDAY 09:30:00.000', 'booked', '2025-01-01 00:00:00.000'),
  (2, 2, 1, '0460c08f-9fa4-4223-ad70-9204c950770a', 'NEXT_TUESDAY 10:00:00.000', 'NEXT_TUESDAY 10:30:00.000', 'booked', '2025-01-01 00:00:00.000'),
  (3, 3, 1, '654fcd64-33aa-480b-a5dd-a8d76027c8e8', 'NEXT_TUESDAY 11:00:00.000', 'NEXT_TUESDAY 11:30:00.000', 'booked', '2025-01-01 00:00:00.000');
