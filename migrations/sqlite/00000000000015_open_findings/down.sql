DELETE FROM setting WHERE name = 'projections';
DROP TABLE finding_lost;
DROP TABLE open_finding;
