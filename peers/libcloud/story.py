# The story of a shared image as a program in Python tells it, with Apache Libcloud.
#
# Libcloud can make no image but a snapshot of a machine, so this one comes over its bare connection.
# Each step prints a line, and the first that goes wrong ends it with a message and status 1.
import os
import sys

from libcloud.common.exceptions import BaseHTTPError
from libcloud.compute.providers import get_driver
from libcloud.compute.types import Provider


def log_in(who):
    root = os.environ["OS_AUTH_URL"].removesuffix("/identity/v3")
    return get_driver(Provider.OPENSTACK)(
        os.environ[f"{who}_NAME"],
        os.environ[f"{who}_PASSWORD"],
        api_version="2.2",
        ex_tenant_name=os.environ[f"{who}_PROJECT"],
        ex_domain_name="Default",
        ex_force_auth_url=f"{root}/identity/v3/auth/tokens",
        ex_force_auth_version="3.x_password",
        ex_force_image_url=root,
    )


def must(step, holds):
    if not holds:
        sys.exit(f"{step} went wrong")
    print(step)


producer = log_in("PRODUCER")
consumer = log_in("CONSUMER")
project = os.environ["CONSUMER_PROJECT_ID"]
images = producer.image_connection

# More than fit on a page.
ids = [
    images.request("/v2/images", method="POST", data={"name": "from libcloud"}).object["id"]
    for _ in range(26)
]
must("list", {image.id for image in producer.list_images()} == set(ids))
change = [{"op": "replace", "path": "/name", "value": "renamed"}]
must("update", producer.ex_update_image(ids[0], change).name == "renamed")
must("show", producer.get_image(ids[0]).name == "renamed")
must("share", producer.ex_create_image_member(ids[0], project).state == "pending")
must("members", [one.id for one in producer.ex_list_image_members(ids[0])] == [project])
must("not in the list yet", consumer.list_images() == [])
must("accept", consumer.ex_accept_image_member(ids[0], project).state == "accepted")
must("in the list", [image.id for image in consumer.list_images()] == [ids[0]])
for one in ids:
    images.request(f"/v2/images/{one}", method="DELETE")
try:
    consumer.get_image(ids[0])
    must("delete", False)
except BaseHTTPError as error:
    must("delete", error.code == 404)
