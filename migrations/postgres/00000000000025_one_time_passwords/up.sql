-- Until when a password that an administrator handed out may be used, once, to set
-- another; null for a password that its user chose.
ALTER TABLE account ADD COLUMN one_time_until TIMESTAMPTZ;
