"""Whose image a manifest means that no file of the repository says who builds.

Where a repository has one Dockerfile, and manifests name one image that is nobody else's, it is that of the Dockerfile.
"""

from __future__ import annotations

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
_PUBLISHERS = frozenset(
    """
    amazon apache aws-observability axllent azure-storage bats beats bitnami bitnamilegacy cloud-sql-connectors cloudflare
    cloudsql-docker confluentinc containrrr coreos curlimages datadog dexidp dotnet dpage e2e-test-images eks
    eks-distro enterprise-search envoyproxy fluent gitlab google-containers google-samples grafana hashicorp
    ingress-nginx istio jaegertracing jetstack jwilder kiwigrid kube-state-metrics kubernetes-ingress-controller
    linkerd linuxserver localstack mailhog metrics-server minio mssql newrelic nginxinc nginxproxy oauth2-proxy
    oliver006 open-telemetry openpolicyagent opensearchproject openzipkin oss otel pause playwright portainer prom
    prometheus qdrant redislabs selenium sig-storage sonatype stakater temporalio timescale wurstmeister xray zalando
    """.split()
)
"""Whose services projects run beside their own. Source: the registries' documentation, 2026-11."""


def the_only(starts: tuple[Consumer, ...], built: tuple[str, ...]) -> tuple[Consumer, ...]:
    """Those of these that start our image, which builds call so; no known publisher brings it."""
    named = {name for one in starts if not _is_anothers(name := image_name(one.image or ""))}
    lasts = {_last(image_name(image)) for image in built}
    called = {name for name in named if _last(name) in lasts or is_open(_last(name))}
    ours = called if lasts else named if len(named) == 1 else set()
    return tuple(one for one in starts if image_name(one.image or "") in ours)


def _last(name: str) -> str:
    return name.rpartition("/")[2]


def is_open(name: str) -> bool:
    """Whether a part of the name is put in by a variable or a template."""
    return "$" in name or "{{" in name


def image_name(image: str) -> str:
    """The name of an image without tag and digest, as short as docker takes it."""
    path, slash, last = image.partition("@")[0].rpartition("/")
    name = path + slash + last.partition(":")[0]
    return name.removeprefix("docker.io/").removeprefix("library/")


def _is_anothers(name: str) -> bool:
    """Whether a known publisher brings it, from whichever registry."""
    host, slash, rest = name.partition("/")
    path = rest if slash and ("." in host or ":" in host) else name
    publisher, slash, _ = path.partition("/")
    return publisher in (_PUBLISHERS if slash else _OFFICIAL)
