-- Who could do everything goes on doing so: what takes all permissions, such as trusting an issuer, would be out of their reach.
update access.api_key set permissions = permissions || '{JOBS_SENSITIVE_READ,ACCESS_PROVISION}'
where revoked_at is null and not permissions && '{JOBS_SENSITIVE_READ,ACCESS_PROVISION}' and permissions @> '{JOBS_READ,JOBS_SUBMIT,
  JOBS_OPERATE,AGENTS_PUBLISH,APPROVALS_DECIDE,INTEGRATIONS_READ,INTEGRATIONS_MANAGE,INTEGRATIONS_INVOKE,AUDIT_READ,ACCESS_READ,ACCESS_MANAGE}';

update access.custom_role set permissions = permissions || '{JOBS_SENSITIVE_READ,ACCESS_PROVISION}'
where deleted_at is null and not permissions && '{JOBS_SENSITIVE_READ,ACCESS_PROVISION}' and permissions @> '{JOBS_READ,JOBS_SUBMIT,
  JOBS_OPERATE,AGENTS_PUBLISH,APPROVALS_DECIDE,INTEGRATIONS_READ,INTEGRATIONS_MANAGE,INTEGRATIONS_INVOKE,AUDIT_READ,ACCESS_READ,ACCESS_MANAGE}';
