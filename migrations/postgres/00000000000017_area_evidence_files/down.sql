DROP TABLE area_evidence_file;
