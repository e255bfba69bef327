-- A token that is revoked ends before it began. Nothing else of it changes.
grant update (expires_at) on access.access_token to operandi_app;
