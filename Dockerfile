# One image for web, worker, beat and the one-off commands; docker-compose.yml says which runs what.

FROM node:22-slim AS front
WORKDIR /srv/portal
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM debian:bookworm-slim AS fonts
# The only free 仿宋 of simplified Chinese lies in a TeX package; only the font is taken from it.
RUN apt-get update \
    && cd /tmp && apt-get -o APT::Sandbox::User=root download texlive-lang-chinese \
    && dpkg-deb --fsys-tarfile texlive-lang-chinese_*.deb \
        | tar -x --wildcards "*/FandolFang-Regular.otf" \
    && find . -name FandolFang-Regular.otf -exec install -D -m 644 {} /fonts/FandolFang-Regular.otf \;

FROM python:3.12-slim-bookworm
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/data STATIC_ROOT=/srv/static
RUN apt-get update \
    && apt-get install -y --no-install-recommends curl fontconfig fonts-arphic-gkai00mp \
        fonts-arphic-ukai fonts-noto-cjk libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --create-home portal \
    && install -d -o portal -g portal /data /data/files /data/packages
COPY --from=fonts /fonts /usr/local/share/fonts
RUN fc-cache

WORKDIR /srv/portal
COPY requirements/run.lock requirements/run.lock
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements/run.lock
COPY --from=front /srv/portal/node_modules node_modules
COPY . .
# Collecting needs settings that load, not servers that answer.
RUN SECRET_KEY=build DATABASE_URL=postgres://build/build REDIS_URL=redis://build \
    python manage.py collectstatic --no-input

USER portal
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "portal.wsgi:application", "--bind=0.0.0.0:8000", "--workers=4", "--threads=4", \
    "--access-logfile=-", "--no-control-socket", "--limit-request-line=8190"]
