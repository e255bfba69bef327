-- Who answers for what a schedule starts, as `<kind>:<id>` of the credential that published it.
alter table jobs.schedule add column submitter text;
