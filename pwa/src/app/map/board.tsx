/**
 * A map, drawn by Leaflet: spots by state, names of places, a scale and north; a background only from the office's own tile
 * server. Nothing of what people typed is drawn as HTML. Whoever doesn't see it has the same as a list beside it.
 */
import Leaflet from "leaflet";
import "leaflet/dist/leaflet.css";
import { useEffect, useRef } from "preact/hooks";
import { PATHS } from "./shapes";
import { clustersOf, SHAPES, type Cluster, type Located, type Spot, type SpotState } from "./spots";
import "./map.css";

/** A finger's width. */
const TOUCH = 48;
const CLOSEST = 18;
const SVG = "http://www.w3.org/2000/svg";
export interface Name extends Located {
  readonly text: string;
}

export interface BoardProps {
  readonly label: string;
  readonly spots: readonly Spot[];
  readonly names?: readonly Name[];
  readonly tiles: string;
  /** A letter for each state, in the language of the screen. */
  readonly letter: (state: SpotState) => string;
  readonly words: { readonly north: string; readonly nearer: string; readonly farther: string; readonly many: (count: number) => string };
  /** What was pressed. Without it nothing can be pressed: a screen on a wall. */
  readonly choose?: (keys: readonly string[]) => void;
}

function drawn(cluster: Cluster, letter: string): HTMLElement {
  const element = document.createElement("span");
  element.className = "spot";
  element.dataset["state"] = cluster.state;
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 36 36");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[SHAPES[cluster.state]]);
  svg.append(path);
  const text = document.createElement("span");
  text.textContent = cluster.count > 1 ? String(cluster.count) : letter;
  element.append(svg, text);
  return element;
}

function markerOf(cluster: Cluster, { letter, words }: BoardProps, press: ((cluster: Cluster) => void) | null): Leaflet.Marker {
  const [only] = cluster.spots;
  const said = cluster.spots.length === 1 && only ? only.words : words.many(cluster.count);
  const icon = Leaflet.divIcon({ html: drawn(cluster, letter(cluster.state)), className: "spot-box", iconSize: [TOUCH, TOUCH] });
  const marker = Leaflet.marker([cluster.latitude, cluster.longitude], { icon, keyboard: press !== null, interactive: press !== null });
  marker.on("add", () => {
    const element = marker.getElement();
    element?.setAttribute("aria-label", said);
    if (press === null) element?.setAttribute("role", "img");
  });
  if (press) {
    marker.on("click", () => press(cluster));
    marker.on("keypress", (event) => {
      if (event.originalEvent.key === "Enter") press(cluster); // Leaflet lets a marker be reached by key, and not pressed.
    });
  }
  return marker;
}

function nameOf({ text, latitude, longitude }: Name): Leaflet.Marker {
  const element = document.createElement("span");
  element.textContent = text;
  const icon = Leaflet.divIcon({ html: element, className: "map-name", iconSize: [0, 0] });
  return Leaflet.marker([latitude, longitude], { icon, interactive: false, keyboard: false });
}

function boundsOf(found: readonly Located[]): Leaflet.LatLngBounds {
  return Leaflet.latLngBounds(found.map(({ latitude, longitude }) => [latitude, longitude] as const));
}

function begun(element: HTMLElement, { tiles, words, choose }: BoardProps): Leaflet.Map {
  const still = choose === undefined;
  const map = Leaflet.map(element, {
    attributionControl: false,
    zoomControl: false,
    maxZoom: CLOSEST,
    zoomSnap: still ? 0.25 : 1,
    keyboard: !still,
    dragging: !still,
    scrollWheelZoom: !still,
    doubleClickZoom: !still,
    touchZoom: !still,
    boxZoom: !still,
    zoomAnimation: false,
    fadeAnimation: false,
  });
  if (!still) Leaflet.control.zoom({ position: "topright", zoomInTitle: words.nearer, zoomOutTitle: words.farther }).addTo(map);
  Leaflet.control.scale({ imperial: false, maxWidth: 140 }).addTo(map);
  if (tiles) Leaflet.tileLayer(tiles, { maxZoom: CLOSEST }).addTo(map);
  return map;
}

export function Board(props: BoardProps) {
  const { label, spots, names, tiles, choose } = props;
  const box = useRef<HTMLDivElement>(null);
  const now = useRef(props);
  now.current = props;
  const shown = useRef<{ map: Leaflet.Map; layer: Leaflet.LayerGroup; seen: string } | null>(null);

  const press = (cluster: Cluster): void => {
    const { map } = shown.current ?? {};
    const bounds = boundsOf(cluster.spots);
    const apart = !bounds.getNorthEast().equals(bounds.getSouthWest());
    if (map && apart && map.getZoom() < CLOSEST) {
      map.fitBounds(bounds, { padding: [TOUCH, TOUCH] });
      map.getContainer().focus({ preventScroll: true }); // The mark that had the focus is drawn anew.
    } else now.current.choose?.(cluster.spots.map((spot) => spot.key));
  };

  const fit = (): void => {
    const everything = [...now.current.spots, ...(now.current.names ?? [])];
    if (everything.length > 0) shown.current?.map.fitBounds(boundsOf(everything), { padding: [TOUCH, TOUCH], maxZoom: 15 });
  };

  const draw = (): void => {
    if (!shown.current) return;
    const { map, layer } = shown.current;
    const around = map.getBounds().pad(0.3);
    const near = now.current.spots.filter(({ latitude, longitude }) => around.contains([latitude, longitude]));
    const project = ({ latitude, longitude }: Located) => map.project([latitude, longitude]);
    layer.clearLayers();
    for (const cluster of clustersOf(near, project, TOUCH)) markerOf(cluster, now.current, now.current.choose ? press : null).addTo(layer);
    for (const name of now.current.names ?? []) nameOf(name).addTo(layer);
  };

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const map = begun(element, now.current);
    shown.current = { map, layer: Leaflet.layerGroup().addTo(map), seen: "" };
    map.on("moveend", draw);
    const watch = new ResizeObserver(() => {
      map.invalidateSize();
      if (now.current.choose === undefined) fit();
      draw();
    });
    watch.observe(element);
    return () => {
      watch.disconnect();
      shown.current = null;
      map.remove();
    };
  }, [tiles, choose === undefined]);

  useEffect(() => {
    if (!shown.current) return;
    const everything = [...spots, ...(names ?? [])];
    const seen = everything.map(({ latitude, longitude }) => `${latitude} ${longitude}`).join();
    if (seen !== shown.current.seen) fit();
    shown.current.seen = seen;
    draw();
  }, [spots, names, tiles]);

  return (
    <div class="map" data-still={choose === undefined ? "yes" : undefined}>
      <div ref={box} class="map-board" role="region" aria-label={label} />
      <p class="map-north" aria-hidden="true">
        ↑ {props.words.north}
      </p>
    </div>
  );
}
