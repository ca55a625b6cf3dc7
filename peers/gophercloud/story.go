// The story of a shared image as a program in Go tells it, with the SDK that Terraform stands on.
//
// Each step prints a line, and the first that goes wrong ends it with a message and status 1.
package main

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"github.com/gophercloud/gophercloud"
	"github.com/gophercloud/gophercloud/openstack"
	"github.com/gophercloud/gophercloud/openstack/imageservice/v2/imagedata"
	"github.com/gophercloud/gophercloud/openstack/imageservice/v2/imageimport"
	"github.com/gophercloud/gophercloud/openstack/imageservice/v2/images"
	"github.com/gophercloud/gophercloud/openstack/imageservice/v2/members"
	"github.com/gophercloud/gophercloud/openstack/imageservice/v2/tasks"
	"github.com/gophercloud/gophercloud/pagination"
)

func main() {
	producer := logIn("PRODUCER")
	consumer := logIn("CONSUMER")
	consumerProject := os.Getenv("CONSUMER_PROJECT_ID")
	data := bytes.Repeat([]byte("0123456789abcdef"), 65536)

	image, err := images.Create(producer, images.CreateOpts{
		Name:            "from go",
		Tags:            []string{"lts"},
		ContainerFormat: "bare",
		DiskFormat:      "raw",
		MinDisk:         1,
		Properties:      map[string]string{"os_distro": "debian"},
	}).Extract()
	must("create", err, image != nil && image.Status == images.ImageStatusQueued)

	err = imagedata.Upload(producer, image.ID, bytes.NewReader(data)).ExtractErr()
	must("upload", err, true)
	image, err = images.Get(producer, image.ID).Extract()
	must("get", err, image.Status == images.ImageStatusActive && image.SizeBytes == int64(len(data)) &&
		image.Properties["os_distro"] == "debian" && len(image.Tags) == 1 && !image.CreatedAt.IsZero())

	member, err := members.Create(producer, image.ID, consumerProject).Extract()
	must("share", err, member != nil && member.Status == "pending" && member.MemberID == consumerProject)

	body, err := imagedata.Download(consumer, image.ID).Extract()
	must("download while pending", err, true)
	received, err := io.ReadAll(body)
	must("read", err, bytes.Equal(received, data))
	must("not in the list yet", nil, len(named(consumer, "from go")) == 0)

	_, err = members.Update(consumer, image.ID, consumerProject, members.UpdateOpts{Status: "accepted"}).Extract()
	must("accept", err, true)
	must("in the list", nil, len(named(consumer, "from go")) == 1)
	pages, err := members.List(producer, image.ID).AllPages()
	must("members", err, true)
	all, err := members.ExtractMembers(pages)
	must("one member", err, len(all) == 1 && all[0].Status == "accepted")

	updated, err := images.Update(producer, image.ID, images.UpdateOpts{
		images.ReplaceImageName{NewName: "renamed"},
		images.ReplaceImageTags{NewTags: []string{"a", "b"}},
		images.UpdateImageProperty{Op: images.AddOp, Name: "os_version", Value: "12"},
	}).Extract()
	must("update", err, updated != nil && updated.Name == "renamed" && updated.Properties["os_version"] == "12")

	err = members.Delete(producer, image.ID, consumerProject).ExtractErr()
	must("unshare", err, true)
	_, err = images.Get(consumer, image.ID).Extract()
	_, notFound := err.(gophercloud.ErrDefault404)
	must("gone for the consumer", nil, notFound)

	staged, err := images.Create(producer, images.CreateOpts{Name: "staged", ContainerFormat: "bare", DiskFormat: "raw"}).Extract()
	must("create another", err, staged != nil)
	must("stage", imagedata.Stage(producer, staged.ID, bytes.NewReader(data)).ExtractErr(), true)
	info, err := imageimport.Get(producer).Extract()
	must("import methods", err, info != nil && len(info.ImportMethods.Value) > 0)
	err = imageimport.Create(producer, staged.ID, imageimport.CreateOpts{Name: imageimport.GlanceDirectMethod}).ExtractErr()
	must("import", err, true)
	_, err = tasks.List(producer, nil).AllPages()
	_, forbidden := err.(gophercloud.ErrDefault403)
	must("tasks are for admins", nil, forbidden)

	for i := 0; i < 5; i++ {
		one, err := images.Create(producer, images.CreateOpts{Name: "many"}).Extract()
		must("create one of many", err, one != nil)
	}
	all5 := 0
	err = images.List(producer, images.ListOpts{Name: "many", Limit: 2, Sort: "created_at:asc"}).EachPage(func(page pagination.Page) (bool, error) {
		list, err := images.ExtractImages(page)
		all5 += len(list)
		return true, err
	})
	must("pages", err, all5 == 5)
	must("delete", images.Delete(producer, image.ID).ExtractErr(), true)
}

func named(client *gophercloud.ServiceClient, name string) []images.Image {
	pages, err := images.List(client, images.ListOpts{Name: name}).AllPages()
	must("list", err, true)
	list, err := images.ExtractImages(pages)
	must("list extracted", err, true)
	return list
}

func logIn(who string) *gophercloud.ServiceClient {
	provider, err := openstack.AuthenticatedClient(gophercloud.AuthOptions{
		IdentityEndpoint: os.Getenv("OS_AUTH_URL"),
		Username:         os.Getenv(who + "_NAME"),
		Password:         os.Getenv(who + "_PASSWORD"),
		DomainName:       "Default",
		Scope:            &gophercloud.AuthScope{ProjectName: os.Getenv(who + "_PROJECT"), DomainName: "Default"},
	})
	must("log in", err, true)
	client, err := openstack.NewImageServiceV2(provider, gophercloud.EndpointOpts{})
	must("find the image service", err, true)
	return client
}

func must(step string, err error, holds bool) {
	if err != nil || !holds {
		fmt.Fprintf(os.Stderr, "%s: %v\n", step, err)
		os.Exit(1)
	}
	fmt.Println(step)
}
