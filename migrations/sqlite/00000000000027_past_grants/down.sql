DROP TABLE past_grant;
