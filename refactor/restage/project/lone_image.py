"""Whose image a manifest means that no file of the repository says who builds.

Where a repository has one Dockerfile, and manifests name one image that is nobody else's, it is that of the Dockerfile.
"""

from __future__ import annotations

import re

from restage.project.consumer import Consumer

_OFFICIAL = frozenset(
    """
    adminer aerospike almalinux alpine amazoncorretto amazonlinux arangodb bash bonita buildpack-deps busybox caddy cassandra
    centos chronograf clickhouse composer consul couchbase couchdb crate debian docker eclipse-mosquitto eclipse-temurin
    elasticsearch emqx erlang fedora fluentd gazebo ghost golang gradle groovy haproxy haskell httpd influxdb jenkins
    jetty joomla julia kapacitor kibana kong liquibase logstash mariadb matomo maven mediawiki memcached mongo mongo-express
    monica mysql nats nats-streaming neo4j nextcloud nginx node odoo open-liberty openjdk oraclelinux orientdb percona perl
    php phpmyadmin plone postgres pypy python rabbitmq redis redmine registry rethinkdb rockylinux ros ruby rust solr
    sonarqube spiped storm swift teamspeak telegraf tomcat traefik ubuntu unit valkey varnish vault websphere-liberty
    wordpress xwiki znc zookeeper
    """.split()
)
"""Docker's official images, which stand without a namespace. Source: docker-library/official-images, 2026-11."""
_NAMESPACES = re.compile(
    r"(?:docker\.io/)?(?:(?:amazon|apache|axllent|bitnami|bitnamilegacy|cloudflare|confluentinc|containrrr|curlimages|datadog"
    r"|dpage|envoyproxy|fluent|gitlab|grafana|hashicorp|istio|jaegertracing|jenkins|jwilder|kong|linuxserver|localstack|mailhog"
    r"|minio|neo4j|newrelic|nginxinc|nginxproxy|oliver006|openzipkin|opensearchproject|openpolicyagent|otel|portainer|prom"
    r"|qdrant|redis|redislabs|selenium|sonatype|temporalio|timescale|traefik|wurstmeister|zalando)/"
    r"|(?:public\.ecr\.aws|mcr\.microsoft\.com|registry\.k8s\.io|k8s\.gcr\.io|docker\.elastic\.co|gke\.gcr\.io|cr\.l5d\.io)/"
    r"|(?:quay\.io|gcr\.io|ghcr\.io)/(?:bitnami|cloudsql-docker|cloud-sql-connectors|coreos|dexidp|google-containers"
    r"|google-samples|jetstack|kubernetes-ingress-controller|minio|oauth2-proxy|open-telemetry|prometheus|stakater)/)"
)
"""Publishers of services that projects run beside their own. Source: the registries' documentation, 2026-11."""


def the_only(starts: tuple[Consumer, ...], built: tuple[str, ...]) -> tuple[Consumer, ...]:
    """Those of these that start our image, which builds call so; no known publisher brings it."""
    named = {name for one in starts if not _is_anothers(name := image_name(one.image or ""))}
    lasts = {_last(image_name(image)) for image in built}
    ours = {name for name in named if _last(name) in lasts} if lasts else named if len(named) == 1 else set()
    return tuple(one for one in starts if image_name(one.image or "") in ours)


def _last(name: str) -> str:
    return name.rpartition("/")[2]


def image_name(image: str) -> str:
    """The name of an image without tag and digest, as short as docker takes it."""
    path, slash, last = image.partition("@")[0].rpartition("/")
    name = path + slash + last.partition(":")[0]
    return name.removeprefix("docker.io/").removeprefix("library/")


def _is_anothers(name: str) -> bool:
    return name in _OFFICIAL or _NAMESPACES.match(name) is not None
