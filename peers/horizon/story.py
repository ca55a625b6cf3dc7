# What Horizon's pages about images do, by the module of Horizon that does it, without the pages.
#
# Each step prints a line, and the first that goes wrong ends it with a message and status 1.
import os
import sys
from types import SimpleNamespace

os.environ["DJANGO_SETTINGS_MODULE"] = "openstack_dashboard.settings"
import django
import requests
from django.conf import settings
from keystoneauth1 import session
from keystoneauth1.identity import v3

django.setup()
settings.API_RESULT_PAGE_SIZE = 2
settings.HORIZON_IMAGES_UPLOAD_MODE = "direct"
from openstack_dashboard.api import glance


def request_of(who):
    """As a person who has logged in makes it: with a token, and the catalog that came with it."""
    password = v3.Password(
        auth_url=os.environ["OS_AUTH_URL"],
        username=os.environ[f"{who}_NAME"],
        password=os.environ[f"{who}_PASSWORD"],
        project_name=os.environ[f"{who}_PROJECT"],
        user_domain_id="default",
        project_domain_id="default",
    )
    access = password.get_access(session.Session(auth=password))
    user = SimpleNamespace(
        id=access.user_id,
        tenant_id=access.project_id,
        token=SimpleNamespace(id=access.auth_token),
        service_catalog=access.service_catalog.catalog,
        services_region="RegionOne",
    )
    return SimpleNamespace(user=user, session={}, META={}, COOKIES={})


def must(step, holds):
    if not holds:
        sys.exit(f"{step} went wrong")
    print(step)


def page(marker=None, **order):
    return glance.image_list_detailed(producer, marker=marker, paginate=True, **order)


producer = request_of("PRODUCER")
raw = {"disk_format": "raw", "container_format": "bare"}
for name in ("one", "two", "three", "four", "five"):
    glance.image_create(producer, name=name, **raw)

first, more, _ = page()
must("the first page", [one.name for one in first] == ["five", "four"] and more)
second, more, before = page(first[-1].id)
must("the next page", [one.name for one in second] == ["three", "two"] and more and before)
last, more, _ = page(second[-1].id)
must("the last page", [one.name for one in last] == ["one"] and not more)
back, _, _ = page(second[0].id, reversed_order=True)
must("the page before", [one.name for one in back] == ["four", "five"])
by_name, _, _ = page(sort_key="name", sort_dir="asc")
must("in the order of names", [one.name for one in by_name] == ["five", "four"])

image = glance.image_create(
    producer, name="direct", visibility="private", protected=False, data="disk.raw", **raw
)
headers = {"x-auth-token": image.token_id, "content-type": "application/octet-stream"}
sent = requests.put(image.upload_url, data=b"data", headers=headers)
must("an upload past Horizon", sent.status_code == 204)
must("it is there", glance.image_get(producer, image.id).status == "active")
glance.image_update(producer, image.id, name="changed", visibility="shared", os_distro="debian")
glance.image_update_properties(producer, image.id, ["os_distro"], hw_disk_bus="scsi")
changed = glance.image_get(producer, image.id)
must("update", changed.name == "changed" and changed.hw_disk_bus == "scsi")
must("properties go", "os_distro" not in changed.to_dict())
must("choices of formats", ("qcow2", "QCOW2 - QEMU Emulator") in glance.get_image_formats(producer))
must("metadata definitions", glance.metadefs_namespace_list(producer)[0] == [])
for one in [*first, *second, *last, image]:
    glance.image_delete(producer, one.id)
must("delete", page()[0] == [])
