select jobs.bound_history('audit.event');
