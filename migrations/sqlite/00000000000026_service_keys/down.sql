DROP TABLE service_key;
DROP TABLE service_agreement;
