# The story of a shared image as a program in Ruby tells it, with fog-openstack.
#
# Each step prints a line, and the first that goes wrong ends it with a message and status 1.
require 'fog/openstack'

def log_in(who)
  Fog::OpenStack::Image::V2.new(
    openstack_auth_url: ENV.fetch('OS_AUTH_URL').delete_suffix('/v3'),
    openstack_username: ENV.fetch("#{who}_NAME"),
    openstack_api_key: ENV.fetch("#{who}_PASSWORD"),
    openstack_project_name: ENV.fetch("#{who}_PROJECT"),
    openstack_domain_id: 'default'
  )
end

def must(step, holds)
  abort "#{step} went wrong" unless holds
  puts step
end

producer = log_in('PRODUCER')
consumer = log_in('CONSUMER')
project = ENV.fetch('CONSUMER_PROJECT_ID')
data = '0123456789abcdef' * 65_536

image = producer.images.create(name: 'from ruby', disk_format: 'raw', container_format: 'bare')
must 'create', image.status == 'queued'
image.upload_data(StringIO.new(data))
image = producer.images.find_by_id(image.id)
must 'upload', image.status == 'active' && image.size == data.bytesize
image.add_tag('lts')
image.add_member(project)
must 'share', image.members.map { |member| member['status'] } == ['pending']

mine = consumer.images.find_by_id(image.id)
must 'download while pending', mine.download_data == data
must 'not in the list yet', consumer.images.none? { |one| one.id == image.id }
consumer.update_image_member(image.id, 'member_id' => project, 'status' => 'accepted')
must 'in the list', consumer.images.any? { |one| one.id == image.id }

image.name = 'renamed'
image.update(name: 'renamed')
must 'update', producer.images.find_by_id(image.id).name == 'renamed'
image.deactivate
must 'deactivate', producer.images.find_by_id(image.id).status == 'deactivated'
image.reactivate
image.remove_member(project)
gone = begin
  consumer.images.find_by_id(image.id).nil?
rescue Fog::OpenStack::Image::NotFound
  true
end
must 'gone for the consumer', gone
image.destroy
must 'delete', producer.images.none? { |one| one.id == image.id }
