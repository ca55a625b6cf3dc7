# The story of a shared image as a program in Python tells it, with openstacksdk.
#
# Each step prints a line, and the first that goes wrong ends it with a message and status 1.
import hashlib
import os
import sys

import openstack


def log_in(who):
    return openstack.connect(
        auth_url=os.environ["OS_AUTH_URL"],
        username=os.environ[f"{who}_NAME"],
        password=os.environ[f"{who}_PASSWORD"],
        project_name=os.environ[f"{who}_PROJECT"],
        user_domain_id="default",
        project_domain_id="default",
        load_yaml_config=False,
        load_envvars=False,
    ).image


def must(step, holds):
    if not holds:
        sys.exit(f"{step} went wrong")
    print(step)


def names(images):
    return [image.name for image in images]


producer = log_in("PRODUCER")
consumer = log_in("CONSUMER")
project = os.environ["CONSUMER_PROJECT_ID"]
data = b"0123456789abcdef" * 65_536
raw = {"disk_format": "raw", "container_format": "bare"}

image = producer.create_image("from python", data=data, tags=["lts"], hw_disk_bus="scsi", **raw)
image = producer.get_image(image.id)
must("create", image.status == "active" and image.hw_disk_bus == "scsi" and image.tags == ["lts"])
must("find by name", producer.find_image("from python").id == image.id)
must("find nothing", producer.find_image("none of that name") is None)

staged = producer.create_image("staged", **raw)
producer.stage_image(staged, data=data)
producer.import_image(producer.get_image(staged.id), method="glance-direct")
openstack.resource.wait_for_status(
    producer, producer.get_image(staged.id), "active", ["killed"], 0.1, 30
)
must("import", producer.get_image(staged.id).hash_value == image.hash_value)

pages = list(producer.images(limit=1, sort="name:desc", size_min=1))
must("list page by page", names(pages) == ["staged", "from python"])
must("list by tag", names(producer.images(tag="lts")) == ["from python"])
producer.update_image(staged.id, is_hidden=True)
must("hide", names(producer.images()) == ["from python"])
must("find what is hidden", producer.find_image("staged").id == staged.id)

producer.add_member(image.id, member=project)
must("share", [member.status for member in producer.members(image.id)] == ["pending"])
got = consumer.download_image(image.id, stream=True)
digest = hashlib.sha512(b"".join(got.iter_content(65_536))).hexdigest()
must("download while pending", digest == image.hash_value)
must("not in the list yet", names(consumer.images()) == [])
offers = consumer.images(visibility="shared", member_status="pending")
must("among the offers", names(offers) == ["from python"])
consumer.update_member(project, image.id, status="accepted")
must("in the list", names(consumer.images()) == ["from python"])
try:
    consumer.update_image(image.id, name="taken")
    must("leave it to the producer", False)
except openstack.exceptions.HttpException as refusal:
    must("leave it to the producer", refusal.status_code == 403)

changed = producer.update_image(image.id, name="renamed", min_disk=3, os_distro="debian")
must("update", (changed.name, changed.min_disk, changed.os_distro) == ("renamed", 3, "debian"))
producer.add_tag(image.id, "é")
producer.remove_tag(image.id, "lts")
must("tag", producer.get_image(image.id).tags == ["é"])
producer.deactivate_image(image.id)
must("deactivate", consumer.get_image(image.id).status == "deactivated")
producer.reactivate_image(image.id)
must("schema", "disk_format" in producer.get_image_schema().properties)
producer.remove_member(project, image.id)
must("gone for the consumer", consumer.find_image(image.id) is None)
for one in (image, staged):
    producer.delete_image(one.id, ignore_missing=False)
must("delete", names(producer.images()) == [])
