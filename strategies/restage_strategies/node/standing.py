"""Packages that other packages load by themselves: as peers, or when a setting names them.

Sources: the documentation of the loaders (TypeORM, Sequelize, Knex, Express, NestJS and their like), and the peers that
popular packages declare.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Sequence

from restage_strategies.node.manifest import Manifest

_DRIVERS = frozenset(
    """pg pg-native pg-hstore pg-promise pg-query-stream mysql mysql2 sqlite3 better-sqlite3 mariadb tedious oracledb mssql
    sql.js mongodb redis ioredis @vscode/sqlite3 @libsql/client @keyv/redis @keyv/sqlite @keyv/mongo connect-redis snowflake-sdk
    ibm_db hdb-pool cassandra-driver""".split()
)
_STORES = frozenset(
    """typeorm @nestjs/typeorm sequelize sequelize-typescript @nestjs/sequelize knex objection bookshelf mikro-orm
    @mikro-orm/core @mikro-orm/nestjs waterline sails drizzle-orm kysely keyv cache-manager connect-session-knex
    express-session @strapi/strapi strapi @adonisjs/lucid @feathersjs/knex feathers-knex feathers-sequelize loopback
    @loopback/repository umzug db-migrate node-pg-migrate bull bullmq agenda massive slonik""".split()
)
_TEMPLATES = frozenset(
    """ejs pug jade hbs handlebars express-handlebars nunjucks mustache mustache-express swig twig eta liquidjs marko dot
    squirrelly mjml hogan.js haml""".split()
)
_VIEWS = frozenset(
    """express koa koa-views consolidate @ladjs/consolidate fastify @fastify/view point-of-view @hapi/vision vision hapi
    @hapi/hapi sails email-templates nodemailer @nestjs-modules/mailer @nestjs/platform-express @nestjs/core
    nodemailer-express-handlebars restify""".split()
)
_PARTS = frozenset(
    """class-validator class-transformer kafkajs amqplib amqp-connection-manager nats mqtt @grpc/grpc-js @grpc/proto-loader
    apollo-server-express @apollo/server ts-morph swagger-ui-express swagger-ui-dist @fastify/swagger @fastify/swagger-ui
    @fastify/static @nestjs/platform-express @nestjs/platform-fastify @nestjs/platform-socket.io @nestjs/platform-ws
    @nestjs/websockets @nestjs/microservices @as-integrations/express5 @as-integrations/fastify fastify-swagger""".split()
)
_IMAGES = frozenset({"next", "astro", "@nuxt/image", "ipx"})
_NEST = frozenset({"@nestjs/core", "@nestjs/common"})
_PEERS = frozenset(
    """react react-dom vue svelte preact graphql rxjs reflect-metadata express koa fastify mongoose sequelize typeorm knex
    socket.io ws zod joi yup ajv core-js moment dayjs luxon lodash axios aws-sdk winston pino bunyan jquery bootstrap three
    d3 firebase firebase-admin discord.js tslib @babel/runtime regenerator-runtime next nuxt sharp canvas jsdom
    @prisma/client @sentry/node @opentelemetry/api @apollo/client styled-components @emotion/react postcss
    zone.js @angular/core @nestjs/common @nestjs/core redux bufferutil utf-8-validate encoding
    ffmpeg-static opusscript libsodium-wrappers tweetnacl @discordjs/opus""".split()
)


def loaded_on_demand(name: str, manifest: Manifest) -> bool:
    """Whether a dependency that is there loads this package when a setting or a file's ending asks for it."""
    there = manifest.dependencies.keys()
    return (
        (name in _DRIVERS and bool(_STORES & there))
        or (name in _TEMPLATES and bool(_VIEWS & there))
        or (name in _PARTS and bool(_NEST & there))
        or (name == "sharp" and bool(_IMAGES & there))
    )


_FOUND = re.compile(
    r"(?:@[^/]+/)?(?:sails-hook|hubot|hexo|strapi-(?:plugin|provider)|nodebb-plugin|node-red-contrib|homebridge|keystone-|"
    r"parse-server|directus-extension|medusa-|payload-plugin|verdaccio-|botpress-|apostrophe-|moleculer-|serverless-|"
    r"signalk-|n8n-nodes|flowise-)"
)


def is_found_by_name(name: str) -> bool:
    """Whether a server loads every package with a name like this that is installed."""
    return _FOUND.match(name) is not None


def is_common_peer(name: str) -> bool:
    """Whether packages commonly want this one beside themselves."""
    return name in _PEERS


def needs_typescript(program: str) -> bool:
    """Whether a program or module translates with the project's own TypeScript when it runs."""
    return program.startswith(("ts-node", "tsnd", "@swc-node/", "ts-mocha", "ts-eager", "typeorm-ts-node"))


_TRANSLATORS = frozenset(
    """typescript ts-node tsx esbuild-register @esbuild-kit/cjs-loader @esbuild-kit/esm-loader @swc-node/register @swc/register
    @babel/register sucrase esno jiti tsm""".split()
)
"""What these programs look for themselves, to load a file of TypeScript that they are told of."""
_LOADING = frozenset(
    """typeorm typeorm-ts-node-commonjs typeorm-ts-node-esm knex mikro-orm mikro-orm-esm sequelize sequelize-cli
    node-pg-migrate db-migrate migrate-mongo migrate gulp mocha""".split()
)


def translators(words: Sequence[str], names: Iterable[str]) -> tuple[str, ...]:
    """Which of these packages may translate what a command is told to load."""
    programs = _LOADING.intersection(map(posixpath.basename, words[:4]))  # behind npx, yarn or pnpm exec
    told = any("ts-node" in name for name in programs) or any(
        re.search(r"\.[cm]?tsx?$", word) for word in words[1:]
    )
    return tuple(sorted(_TRANSLATORS.intersection(names))) if told and programs else ()
