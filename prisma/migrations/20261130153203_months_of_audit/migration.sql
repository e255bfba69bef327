select jobs.divide('audit.event');
