"""Listens as services of OpenStack do, with oslo.messaging, and prints each notification as a line of JSON.

Usage: rabbit-listener.py URL [durable]
"""
import json
import sys

import oslo_messaging
from oslo_config import cfg


class Endpoint:
    def _print(self, priority, publisher_id, event_type, payload, metadata):
        told = {
            'priority': priority,
            'publisher_id': publisher_id,
            'event_type': event_type,
            'payload': payload,
            'metadata': metadata,
        }
        print(json.dumps(told), flush=True)

    def info(self, context, publisher_id, event_type, payload, metadata):
        self._print('INFO', publisher_id, event_type, payload, metadata)

    def error(self, context, publisher_id, event_type, payload, metadata):
        self._print('ERROR', publisher_id, event_type, payload, metadata)


conf = cfg.ConfigOpts()
conf([])
transport = oslo_messaging.get_notification_transport(conf, sys.argv[1])
if sys.argv[2:] == ['durable']:
    conf.set_override('amqp_durable_queues', True, group='oslo_messaging_rabbit')
# So that a broker that is back is noticed soon.
conf.set_override('kombu_reconnect_delay', 0.2, group='oslo_messaging_rabbit')
conf.set_override('rabbit_interval_max', 1, group='oslo_messaging_rabbit')
target = oslo_messaging.Target(exchange='glance', topic='notifications')
listener = oslo_messaging.get_notification_listener(
    transport, [target], [Endpoint()], executor='threading'
)
# One thread, for the order in which they came to be the order in which they are printed.
listener.start(override_pool_size=1)
print(json.dumps({'listening': True}), flush=True)
listener.wait()
