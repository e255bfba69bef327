-- What whoever approves fills in: the JSON Schema of it at the question, and what it was at the answer. JSON as text, as the
-- driver reads the numbers of JSON columns as doubles.
alter table jobs.approval add column form text;
alter table jobs.approval_decision add column data text;
