DROP TABLE past_grant;
DROP FUNCTION past_grants_are_append_only;
