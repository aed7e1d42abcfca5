# docker build -t tte .
# docker run --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges -v tte-home:/srv/tte -p 127.0.0.1:8000:8000 tte
# docker run --read-only --tmpfs /tmp -v tte-home:/srv/tte tte demo /srv/tte        any other command of tte
#
# Nothing outside the volume is written, so the root file system can be read-only. The service listens within the container:
# publish the port on 127.0.0.1 and put nginx or Caddy before it, whose address goes into --proxies (docs/serve.md). Docker's
# own seccomp profile keeps user namespaces from strangers' files; `tte doctor` in the container says what is left.
# No docker engine has built this here: a test reads this file, runs the same step, .ci/image, as a script, and then the
# service and the health check out of what it made.

FROM python:3.11-slim-bookworm AS build
COPY . /src
RUN sh /src/.ci/image /src /opt/tte

FROM python:3.11-slim-bookworm
COPY --from=build /opt/tte /opt/tte
RUN useradd --system --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin tte \
 && install -d -o 10001 -g 10001 -m 0750 /srv/tte
ENV PATH=/opt/tte/bin:/usr/local/bin:/usr/bin:/bin TTE_HOME=/srv/tte PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
WORKDIR /srv/tte
VOLUME /srv/tte
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["tte"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
