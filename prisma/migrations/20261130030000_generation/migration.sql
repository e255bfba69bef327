-- 0 until the database is put back to an earlier moment, then a number that grows with each time: what was told after that
-- moment was never so. Cursors of an earlier generation are refused, and epochs of one are never given again.
create sequence access.generation minvalue 0 start 0;
grant select on sequence access.generation to operandi_app, operandi_worker;
