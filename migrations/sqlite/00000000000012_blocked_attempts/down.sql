DROP TABLE blocked_attempt;
