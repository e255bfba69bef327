-- The span that a job was submitted in (W3C Trace Context): its runs, and what they call, belong to that trace.
alter table jobs.job_io add column traceparent text;
