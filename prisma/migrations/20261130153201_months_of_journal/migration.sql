select jobs.divide('jobs.journal');
