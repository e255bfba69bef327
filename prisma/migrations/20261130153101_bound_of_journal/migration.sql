select jobs.bound_history('jobs.journal');
