-- Nobody looks for links by their end: those of one integration are found by `connect_link_by_integration`.
drop index integrations.connect_link_by_end;
