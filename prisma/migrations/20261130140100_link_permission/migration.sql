-- Who could do everything goes on doing so: what takes all permissions, such as trusting an issuer, would be out of their reach.
update access.api_key set permissions = permissions || '{APPROVALS_LINK}'
where revoked_at is null and not 'APPROVALS_LINK' = any(permissions) and permissions @> '{JOBS_READ,JOBS_SUBMIT,JOBS_OPERATE,
  JOBS_SENSITIVE_READ,AGENTS_PUBLISH,APPROVALS_DECIDE,INTEGRATIONS_READ,INTEGRATIONS_MANAGE,INTEGRATIONS_INVOKE,AUDIT_READ,AUDIT_MANAGE,ACCESS_READ,ACCESS_MANAGE,ACCESS_PROVISION}';

update access.custom_role set permissions = permissions || '{APPROVALS_LINK}'
where deleted_at is null and not 'APPROVALS_LINK' = any(permissions) and permissions @> '{JOBS_READ,JOBS_SUBMIT,JOBS_OPERATE,
  JOBS_SENSITIVE_READ,AGENTS_PUBLISH,APPROVALS_DECIDE,INTEGRATIONS_READ,INTEGRATIONS_MANAGE,INTEGRATIONS_INVOKE,AUDIT_READ,AUDIT_MANAGE,ACCESS_READ,ACCESS_MANAGE,ACCESS_PROVISION}';
