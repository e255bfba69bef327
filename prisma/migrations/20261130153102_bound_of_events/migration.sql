select jobs.bound_history('jobs.event');
