DROP TABLE blocked_attempt;
DROP FUNCTION blocked_attempts_are_append_only();
