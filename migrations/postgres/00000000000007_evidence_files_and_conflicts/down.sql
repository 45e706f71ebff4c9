DROP INDEX case_document_conflicted;
ALTER TABLE case_document DROP COLUMN conflicted;
DROP TABLE evidence_file;
DROP FUNCTION evidence_file_is_append_only;
