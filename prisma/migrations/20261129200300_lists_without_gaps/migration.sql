-- A list of names with a gap in it cannot be read by whoever lists many rows: one would hide all. Who resumed a job of which
-- nobody knew the submitter has left such a gap.
update jobs.job set earlier_submitters = array_remove(earlier_submitters, null)
where array_position(earlier_submitters, null) is not null;
update jobs.approval set
  approvers = array_replace(approvers, null, ''),
  submitters = array_remove(submitters, null)
where array_position(approvers, null) is not null or array_position(submitters, null) is not null;

alter table jobs.job
  add constraint job_without_gaps check (
    array_position(earlier_submitters, null) is null and array_position(senders, null) is null) not valid;
alter table jobs.approval
  add constraint approval_without_gaps check (
    array_position(approvers, null) is null and array_position(submitters, null) is null);
alter table access.api_key
  add constraint api_key_without_gaps check (array_position(permissions, null) is null);
alter table access.custom_role
  add constraint custom_role_without_gaps check (array_position(permissions, null) is null);
alter table access.session
  add constraint session_without_gaps check (array_position(groups, null) is null);
