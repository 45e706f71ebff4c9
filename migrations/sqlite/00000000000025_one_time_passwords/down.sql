ALTER TABLE account DROP COLUMN one_time_until;
