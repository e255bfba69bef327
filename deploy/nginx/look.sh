#!/bin/sh
# Looks whether the members behind nginx are ready, five times a second: nginx itself looks only at what it is asked for.
# Each look goes to the next member, so that one that drains is found out well within OPERANDI_DRAIN_DELAY_MS.
at=${1:-http://127.0.0.1:8080}
while sleep 0.2; do
  curl --silent --output /dev/null --max-time 5 "$at/ready/{gateways,access,jobs,integrations,audit}"
done
